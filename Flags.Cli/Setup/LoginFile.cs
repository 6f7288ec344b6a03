using System.Text.Json;

namespace Flags.Cli;

/// <summary>Address and key of <c>flags login</c>, readable for nobody else: <c>flags/login.json</c> in the folder for configuration.</summary>
internal static class LoginFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite, PrivateFolder = Private | UnixFileMode.UserExecute;

    /// <summary>Null without a home.</summary>
    public static string? Location => Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } folder
        ? Path.Combine(folder, "flags", "login.json")
        : null;

    /// <summary>Null when nobody logged in.</summary>
    /// <exception cref="SettingsException">Others can read it, or it is no login.</exception>
    public static StoredLogin? Read()
    {
        if (Location is not { } file || !File.Exists(file))
            return null;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~PrivateFolder) != 0)
            throw new SettingsException($"{file} has a key, and others can read it.", $"chmod 600 {Text.Word(file)}; if others could have read it, let an admin rotate the key");
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), CliJson.Default.StoredLogin);
        }
        catch (JsonException)
        {
            throw new SettingsException($"{file} is not what flags login writes.", "flags login");
        }
    }

    /// <exception cref="SettingsException">There is no home to store it in.</exception>
    public static string Write(StoredLogin login)
    {
        string file = Location ?? throw new SettingsException("There is no home folder to store the login in.", "set FLAGS_URL and FLAGS_API_KEY_FILE");
        string folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, PrivateFolder);
        // Another file moved over it: never half a file, and never one that was readable for a moment.
        string fresh = $"{file}.{Guid.NewGuid():N}";
        PrivateFile.Write(fresh, JsonSerializer.SerializeToUtf8Bytes(login, CliJson.Default.StoredLogin));
        File.Move(fresh, file, overwrite: true);
        return file;
    }
}
