using System.CommandLine;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags workers ready</c>: a deploy waits for its new workers.</summary>
internal static class WorkersReadyCommand
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(50), Pause = TimeSpan.FromSeconds(1);
    private static readonly Option<string> Role = WorkersCommand.Role();
    private static readonly Option<string?> Version = WorkersCommand.Version();
    private static readonly Option<int> Least = new("--min") { Description = "How many must be ready: 1 to 10000.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<Span> Patience = Common.Time("--wait", "How long to wait for them.", "5m");

    public static Command Create()
    {
        Command command = new("ready", "Wait until enough workers are ready: exit code 0, or 75 when they are not in time.") { Role, Version, Least, Patience };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags workers ready --role bot --version v2 --min 2 --wait 10m", "flags workers ready --role bot --wait 0s && echo somebody works").WithCodes(("75", "too few are ready"));
    }

    private static async Task<int> RunAsync(Session session)
    {
        long started = session.Time.GetTimestamp();
        var asked = new Asked(session.Value(Role), session.Value(Version), session.Value(Least), session.Value(Patience));
        string now = "asking";
        using (session.Reporter.Live(() => $"waiting {Text.Of(session.Time.GetElapsedTime(started))} of {Text.Of(asked.Patience)}: {now}"))
        {
            // Once without waiting, so that it is said at once what is missing.
            TimeSpan slice = TimeSpan.Zero;
            while (true)
            {
                (WorkerList? ready, Exception? missing) = await AskAsync(session, asked, slice).ConfigureAwait(false);
                if (ready is not null)
                    return Ready(session, asked, ready);
                TimeSpan left = asked.Patience - session.Time.GetElapsedTime(started);
                if (left <= TimeSpan.Zero)
                    return Missing(session, missing!);
                string why = Why(missing!);
                if (why != now)
                    session.Reporter.Say("waiting", $"Waiting up to {Text.Of(asked.Patience)}: {why}.", ("role", asked.Role), ("version", asked.Version), ("min", asked.Least));
                now = why;
                if (missing is FlagsUnavailableException)
                    await Task.Delay(left < Pause ? left : Pause, session.Time).ConfigureAwait(false);
                slice = left < Slice ? left : Slice;
            }
        }
    }

    /// <summary>A server that is away for a moment, as it may be in a deploy, ends no waiting.</summary>
    private static async Task<(WorkerList?, Exception?)> AskAsync(Session session, Asked asked, TimeSpan slice)
    {
        try
        {
            return (await session.Api.GetReadyWorkersAsync(asked.Role, asked.Version, asked.Least, slice > TimeSpan.Zero ? new Duration(slice) : null).ConfigureAwait(false), null);
        }
        catch (FlagsProblemException missing) when (missing.Problem.Status == 423)
        {
            return (null, missing);
        }
        catch (FlagsUnavailableException outage) when (asked.Patience > TimeSpan.Zero)
        {
            return (null, outage);
        }
    }

    private static int Ready(Session session, Asked asked, WorkerList ready)
    {
        session.Reporter.Say("ready", $"{ready.Workers.Count} of {asked.Role}{(asked.Version is null ? "" : $" {asked.Version}")} are ready.", ("role", asked.Role), ("version", asked.Version), ("ready", ready.Workers.Count));
        if (session.WantsJson())
            Results.Print(ready, Results.Json.WorkerList);
        return ExitCode.Ok;
    }

    private static int Missing(Session session, Exception missing)
    {
        if (missing is FlagsUnavailableException outage)
            throw outage;
        session.Reporter.Fail("not-ready", Why(missing) + ".", "flags workers list, and the new workers' own logs");
        return ExitCode.NotStarted;
    }

    private static string Why(Exception missing) => (missing is FlagsProblemException { Problem.Detail: var detail } ? detail : missing.Message).TrimEnd('.');

    private sealed record Asked(string Role, string? Version, int Least, TimeSpan Patience);
}
