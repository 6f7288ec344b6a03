using System.CommandLine;
using Flags.Client;

namespace Flags.Cli;

/// <summary><c>flags deploy</c>: a deploy under a hold.</summary>
internal sealed class DeployCommand
{
    private readonly Option<string[]> features = new("--hold") { Description = "The features to hold.", HelpName = "FEATURE", Required = true, AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> reason = Common.Reason("Why, for everybody who is turned away (default the command).");
    private readonly Option<string?> url = new("--url") { Description = "Where people can see what happens.", HelpName = "URL" };
    private readonly Option<Span> drain = Common.Time("--drain", "How long to wait for running jobs.", "10m");
    private readonly Option<string> onTimeout = new Option<string>("--on-drain-timeout") { Description = "When jobs still run then: abort (exit 75), proceed all the same, or revoke: tell them to stop and wait for that.", DefaultValueFactory = _ => "abort" }.AcceptOnlyFromAmong("abort", "proceed", "revoke");
    private readonly Option<Span> ttl = Common.Time("--ttl", "How long jobs stay held after this machine died: 1s to 30m.", "2m");
    private readonly Option<Span> max = Common.Time("--max", "The longest deploy.", "2h");
    private readonly Option<bool> exclusive = new("--exclusive") { Description = "No other deploy beside it." };
    private readonly Option<Span> wait = Common.Time("--wait", "How long to wait for an exclusive deploy of others, and for the server.", "15m");
    private readonly Option<string> onLost = new Option<string>("--on-lost") { Description = "When the hold is lost while the command runs: warn and exit 122 at the end, or stop it.", DefaultValueFactory = _ => "warn" }.AcceptOnlyFromAmong("warn", "stop");
    private readonly Option<Span> killAfter = Common.Time("--kill-after", "From TERM to KILL when the command is stopped.", "10s");
    private readonly Option<string?> holder = new("--holder") { Description = "Who deploys, for people (default the program and the machine).", HelpName = "TEXT" };
    private readonly ChildCommand? child;

    private DeployCommand(ChildCommand? child) => this.child = child;

    public static Command Create(ChildCommand? child)
    {
        var deploy = new DeployCommand(child);
        Command command = new("deploy", "Run a deploy while features are held: jobs that are inside may finish first, new ones wait.")
        {
            deploy.features, deploy.reason, deploy.url, deploy.drain, deploy.onTimeout, deploy.ttl, deploy.max, deploy.exclusive, deploy.wait, deploy.onLost, deploy.killAfter, deploy.holder,
        };
        Session.On(command, deploy.RunAsync);
        return Examples.For(command, "flags deploy --hold jobs_processing --reason v42 -- ./deploy.sh", "flags deploy --hold jobs_processing mail --drain 5m --on-drain-timeout revoke -- cap production deploy")
            .BeforeAnother().WithCodes(("75", "jobs did not leave in time, or another deploy is exclusive; nothing was started"), ("122", "the hold was lost while the command ran: jobs may have run beside it"));
    }

    private Task<int> RunAsync(Session session)
    {
        session.RunsCommand = true;
        string[] held = session.Value(features);
        session.Feature = held[0];
        if (child is null)
            throw new UsageException("There is no command to run.", $"flags deploy --hold {Text.Words(held)} -- ./deploy.sh");
        var asked = new DeployOptions
        {
            Features = held,
            Reason = session.Value(reason) ?? Path.GetFileName(child.Name),
            Drain = session.Value(drain),
            OnDrainTimeout = session.Value(onTimeout),
            StopsWhenLost = session.Value(onLost) == "stop",
            KillAfter = session.Value(killAfter),
            Hold = new HoldOptions
            {
                Ttl = session.Value(ttl),
                MaxDuration = session.Value(max),
                Exclusive = session.Value(exclusive),
                Wait = session.Value(wait),
                Url = session.Value(url),
                Holder = session.Value(holder) ?? child.Holder,
            },
        };
        return new DeployRun(session, asked, child).RunAsync();
    }
}
