using System.Globalization;
using System.Net.Http.Headers;

namespace Flags.Client;

/// <summary>What can go with every write. Nothing is set by default.</summary>
public sealed record WriteOptions
{
    internal const string Property = "Flags.WriteOptions";

    /// <summary>Why, for history and audit; null says nothing. At most <see cref="Core.Limits.Reason"/> characters.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The version the feature must still have (<see cref="Core.Feature.Version"/>); otherwise nothing changes and the refusal is a 412 that says
    /// who changed it. Null writes whatever is there. Writes of keys and imports ignore it.
    /// </summary>
    public long? IfMatch { get; init; }

    /// <summary>Names of protected features that may be off afterwards; without their names the refusal is a 428.</summary>
    public IReadOnlyList<string> Confirm { get; init; } = [];

    internal void WriteTo(HttpRequestHeaders headers)
    {
        if (Reason is { Length: > 0 } reason)
            headers.Add("Flags-Reason", Uri.EscapeDataString(reason));
        if (IfMatch is { } version)
            headers.IfMatch.Add(new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{version}\"")));
        if (Confirm.Count > 0)
            headers.Add("Flags-Confirm", string.Join(',', Confirm.Select(Uri.EscapeDataString)));
    }
}
