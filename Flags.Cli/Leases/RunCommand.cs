using System.CommandLine;
using Flags.Client;

namespace Flags.Cli;

/// <summary><c>flags run</c>: a job under a lease.</summary>
internal sealed class RunCommand
{
    private readonly Argument<string> feature = Common.Feature();
    private readonly Option<Span> wait = Common.Time("--wait", "How long to wait for the feature to open.", "30m");
    private readonly Option<bool> noWait = new("--no-wait") { Description = "Do not wait: exit 75 if it is not open." };
    private readonly Option<Span> ttl = Common.Time("--ttl", "How long a deploy waits for this job after its machine died: 1s to 15m.", "60s");
    private readonly Option<Span?> maxRun = Common.Time("--max-run", "Stop the command when it runs longer: exit 124, or 137 if it had to be killed.");
    private readonly Option<Span> killAfter = Common.Time("--kill-after", "From TERM to KILL when the command is stopped.", "10s");
    private readonly Option<string> onLost = new Option<string>("--on-lost") { Description = "When the lease is lost: stop the command in time, or only warn.", DefaultValueFactory = _ => "stop" }.AcceptOnlyFromAmong("stop", "warn");
    private readonly Option<string> onUnreachable = new Option<string>("--on-unreachable") { Description = "When the server gives no answer: wait, fail (exit 69), or run without protection.", DefaultValueFactory = _ => "wait" }.AcceptOnlyFromAmong("wait", "fail", "run");
    private readonly Option<string?> actor = new("--actor") { Description = "Ask the gates for this actor.", HelpName = "ID" };
    private readonly Option<string?> holder = new("--holder") { Description = "Which job, for people, default the program and the machine.", HelpName = "TEXT" };
    private readonly ChildCommand? child;

    private RunCommand(ChildCommand? child) => this.child = child;

    public static Command Create(ChildCommand? child)
    {
        var run = new RunCommand(child);
        Command command = new("run", "Run a command inside a feature: it waits while a deploy holds the feature, and deploys wait for it.")
        {
            run.feature, run.wait, run.noWait, run.ttl, run.maxRun, run.killAfter, run.onLost, run.onUnreachable, run.actor, run.holder,
        };
        Session.On(command, run.RunAsync);
        return Examples.For(command, "flags run jobs_processing -- ./job.sh", "flags run jobs_processing --no-wait --max-run 1h -- php artisan schedule:run", "flags run reports --actor 'Customer;7' -- ./report 7")
            .BeforeAnother().WithCodes(("75", "the feature did not open in time (or at once, with --no-wait); nothing was started"), ("121", "the lease was lost and the command was stopped"), ("124/137", "--max-run"));
    }

    private Task<int> RunAsync(Session session)
    {
        session.RunsCommand = true;
        session.Feature = session.Value(feature);
        if (child is null)
            throw new UsageException("There is no command to run.", $"flags run {Text.Word(session.Feature)} -- ./job.sh");
        var asked = new JobOptions
        {
            Feature = session.Feature,
            Wait = session.Value(noWait) ? TimeSpan.Zero : session.Value(wait),
            Ttl = session.Value(ttl),
            MaxRun = session.Value(maxRun),
            KillAfter = session.Value(killAfter),
            StopsWhenLost = session.Value(onLost) == "stop",
            WhenUnreachable = session.Value(onUnreachable) switch { "fail" => WhenUnreachable.Fail, "run" => WhenUnreachable.Run, _ => WhenUnreachable.Wait },
            Actor = session.Value(actor),
            Holder = session.Value(holder) ?? child.Holder,
        };
        return new JobRun(session, asked, child).RunAsync();
    }
}
