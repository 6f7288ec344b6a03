using System.CommandLine;
using Flags.Client;

namespace Flags.Cli;

/// <summary><c>flags login</c>: stores address and key.</summary>
internal static class LoginCommand
{
    public static Command Create()
    {
        Command command = new("login", "Check an address and a key, and store them for this account (mode 0600).");
        Session.On(command, session => RunAsync(session));
        return Examples.For(command, "flags login --server https://flags.example.org", "flags login --server https://flags.example.org < key.txt");
    }

    private static async Task<int> RunAsync(Session session)
    {
        (string? server, string? keyFile) = (session.Value(Common.Server), session.Value(Common.KeyFile));
        string url = server ?? Environment.GetEnvironmentVariable("FLAGS_URL") switch { null or "" => new FlagsOptions().Url, var set => set };
        string key = keyFile is null ? AskForKey(url) : await File.ReadAllTextAsync(keyFile).ConfigureAwait(false);
        var options = new FlagsOptions();
        FlagsEnvironment.Apply(options, Environment.GetEnvironmentVariable);
        (options.Url, options.ApiKey, options.ApiKeyFile, options.ReportUsage) = (url, key.Trim(), null, false);
        Settings.Validate(options);
        Server connection = new(options, new ReporterLog(session.Reporter));
        await using (connection.ConfigureAwait(false))
            await TryAsync(connection.Api).ConfigureAwait(false);
        string file = LoginFile.Write(new StoredLogin(options.Url, options.ApiKey));
        session.Reporter.Say("login", $"Stored in {file}. Try: flags list");
        return ExitCode.Ok;
    }

    /// <summary>Any key may ask something; one that may not ask this is a key all the same.</summary>
    private static async Task TryAsync(FlagsApi api)
    {
        try
        {
            await api.CheckAsync("jobs_processing").ConfigureAwait(false);
        }
        catch (FlagsProblemException allowed) when (allowed.Problem.Status == 403)
        {
            // Known, but not for this.
        }
    }

    private static string AskForKey(string url)
    {
        if (Console.IsInputRedirected)
            return Console.In.ReadLine() ?? "";
        Console.Error.Write($"Key for {url} (flg_…, not shown): ");
        var key = new System.Text.StringBuilder();
        for (ConsoleKeyInfo pressed; (pressed = Console.ReadKey(intercept: true)).Key != ConsoleKey.Enter;)
        {
            if (pressed.Key == ConsoleKey.Backspace && key.Length > 0)
                key.Length--;
            else if (!char.IsControl(pressed.KeyChar))
                key.Append(pressed.KeyChar);
        }

        Console.Error.WriteLine();
        return key.ToString();
    }
}
