namespace Flags.Client;

/// <summary>What can be a key: printable ASCII without spaces. Anything else would be quoted in the exception of the header that refuses it.</summary>
internal static class KeyText
{
    public static bool IsKey(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
