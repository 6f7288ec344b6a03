using System.CommandLine;

namespace Flags.Cli;

/// <summary><c>flags health</c>: a container's health check of a worker without a port. It asks nobody: a server that is away makes no worker unhealthy.</summary>
internal static class HealthCommand
{
    private const int NotReady = 1;

    private static readonly Option<string> File = new("--file") { Description = "The worker's ready file (FLAGS_READY_FILE).", HelpName = "FILE", Required = true };
    private static readonly Option<Span> MaxAge = Common.Time("--max-age", "How old it may be; the worker touches it every 5s.", "20s");

    public static Command Create()
    {
        Command command = new("health", "Say whether the worker of this container is ready: exit code 0, or 1 when its ready file is missing or old. No server is asked.") { File, MaxAge };
        Session.On(command, session => Task.FromResult(Look(session)));
        return Examples.For(command, "flags health --file /tmp/ready --max-age 20s", "HEALTHCHECK --interval=5s --start-period=60s CMD [\"flags\", \"health\", \"--file\", \"/tmp/ready\"]  # in a Dockerfile").WithCodes(("1", "not ready"));
    }

    private static int Look(Session session)
    {
        string path = session.Value(File);
        var file = new FileInfo(path);
        TimeSpan most = session.Value(MaxAge);
        if (!file.Exists)
            return Fail(session, $"{path} is not there: the worker is starting, quiet or gone.");
        TimeSpan age = session.Time.GetUtcNow() - file.LastWriteTimeUtc;
        // One from the future says as little as an old one: somebody has set the clock.
        if (age.Duration() > most)
            return Fail(session, $"{path} was touched {Text.Of(age.Duration())} {(age > TimeSpan.Zero ? "ago" : "in the future")}, and {Text.Of(most)} are allowed: the worker hangs or was killed.");
        session.Reporter.Note("ready", $"The worker is ready; {path} is {Text.Of(age.Duration())} old.", ("file", path), ("ageSeconds", age.TotalSeconds));
        return ExitCode.Ok;
    }

    private static int Fail(Session session, string why)
    {
        session.Reporter.Fail("not-ready", why, null);
        return NotReady;
    }
}
