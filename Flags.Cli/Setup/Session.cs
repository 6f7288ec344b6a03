using System.CommandLine;
using Flags.Client;

namespace Flags.Cli;

/// <summary>What a command has at hand while it runs.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly ParseResult parsed;

    private Session(ParseResult parsed)
    {
        this.parsed = parsed;
        Reporter = Reporter.ToStderr(parsed.GetValue(Common.Json), parsed.GetValue(Common.Quiet));
    }

    public Reporter Reporter { get; }

    public TimeProvider Time { get; } = TimeProvider.System;

    public Settings Settings => field ??= Settings.Read(parsed.GetValue(Common.Server), parsed.GetValue(Common.KeyFile));

    public Server Server => server ??= new Server(Settings.Options, new ReporterLog(Reporter));

    public FlagsApi Api => Server.Api;

    /// <summary>What is asked for; errors speak of it.</summary>
    public string? Feature { get; set; }

    /// <summary>Whether this is one of the commands that start another.</summary>
    public bool RunsCommand { get; set; }

    public bool IsQuiet => parsed.GetValue(Common.Quiet);

    private Server? server;

    /// <summary>What the command does when it is typed.</summary>
    public static void On(Command command, Func<Session, Task<int>> run) => command.SetAction((parsed, _) => RunAsync(parsed, run));

    /// <summary>Whether results are wanted as JSON.</summary>
    public bool WantsJson(Option<string>? output = null) => parsed.GetValue(Common.Json) || (output is not null && parsed.GetValue(output) == "json");

    public T Value<T>(Option<T> option) => parsed.GetValue(option)!;

    public T Value<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    public async ValueTask DisposeAsync()
    {
        Reporter.Dispose();
        if (server is not null)
            await server.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Func<Session, Task<int>> run)
    {
        Session session = new(parsed);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                return await run(session).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                return Failure.Report(failure, session.Reporter, session.Feature, session.RunsCommand);
            }
        }
    }
}
