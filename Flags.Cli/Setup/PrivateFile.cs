namespace Flags.Cli;

/// <summary>Files with secrets in them.</summary>
internal static class PrivateFile
{
    /// <summary>Created with mode 0600, or written over with the mode it has.</summary>
    public static void Write(string path, byte[] content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(content);
    }
}
