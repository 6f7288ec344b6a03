namespace Flags.Admin;

/// <summary>The address people use; null when none is configured, and then a request's own is taken.</summary>
public sealed record PublicAddress(string? Url)
{
    public bool IsHttps => Url?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;
}
