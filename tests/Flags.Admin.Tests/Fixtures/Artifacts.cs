namespace Flags.Admin.Tests;

/// <summary>Where tests leave what people look at.</summary>
internal static class Artifacts
{
    public static string Folder(string name)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Flags.sln")))
            root = root.Parent;
        return Directory.CreateDirectory(Path.Combine(root?.FullName ?? AppContext.BaseDirectory, "artifacts", name)).FullName;
    }
}
