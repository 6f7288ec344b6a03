namespace Flags.Cli;

/// <summary>Lists of bytes that end with zero bytes, as <c>/proc</c> has them.</summary>
internal static class ProcessText
{
    /// <summary>Null where there is no such file.</summary>
    public static IReadOnlyList<byte[]>? Read(string path)
    {
        try
        {
            byte[] all = File.ReadAllBytes(path);
            var found = new List<byte[]>();
            for (int start = 0, end; start < all.Length; start = end + 1)
            {
                end = Array.IndexOf(all, (byte)0, start);
                end = end < 0 ? all.Length : end;
                found.Add(all[start..end]);
            }

            return found;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
