using System.CommandLine;
using Flags.Client;

namespace Flags.Cli;

/// <summary><c>flags claim</c>: a command that is run once, whoever else tries.</summary>
internal sealed class ClaimCommand
{
    private readonly Argument<string> key = new("KEY") { Description = "What is done once, such as nightly-2026-11-21: at most 255 bytes." };
    private readonly Option<Span> ttl = Common.Time("--ttl", "When another may have the key after this machine died: 1s to 1h.", "30s");
    private readonly Option<Span> keep = Common.Time("--keep", "How long it stays done: 1s to 30d.", "24h");
    private readonly Option<bool> once = new("--once") { Description = "Never twice: after a failure or a crash nobody runs it again within --keep." };
    private readonly Option<Span> wait = Common.Time("--wait", "How long to wait while another is at it, until it is done or gives up.", "0s");
    private readonly Option<string?> resultFrom = new("--result-from") { Description = "When the command has succeeded, keep this file's text (64 KiB) as the result for whoever asks later.", HelpName = "FILE" };
    private readonly Option<Span?> maxRun = Common.Time("--max-run", "Stop the command when it runs longer: exit 124, or 137 if it had to be killed.");
    private readonly Option<Span> killAfter = Common.Time("--kill-after", "From TERM to KILL when the command is stopped.", "10s");
    private readonly ChildCommand? child;

    private ClaimCommand(ChildCommand? child)
    {
        this.child = child;
        Common.RefuseOptions(key);
    }

    public static Command Create(ChildCommand? child)
    {
        var claim = new ClaimCommand(child);
        Command command = new("claim", "Run a command once: of all who try with the same key, one runs it. Done already: exit 0, and its result on stdout.")
        {
            claim.key, claim.ttl, claim.keep, claim.once, claim.wait, claim.resultFrom, claim.maxRun, claim.killAfter,
        };
        Session.On(command, claim.RunAsync);
        return Examples.For(command, "flags claim \"nightly-$(date +%F)\" -- ./report.sh", "flags claim message-17 --ttl 1m --result-from answer.txt -- ./answer.sh 17", "flags claim invoice-2026-11 --once --keep 30d -- ./send-invoices.sh")
            .BeforeAnother().WithCodes(("0", "the command has succeeded, now or before"), ("75", "another is at it; nothing was started"), ("121", "the claim was lost and the command was stopped, or another has it by now"), ("124/137", "--max-run"));
    }

    private Task<int> RunAsync(Session session)
    {
        session.RunsCommand = true;
        string name = session.Value(key);
        if (child is null)
            throw new UsageException("There is no command to run.", $"flags claim {Text.Word(name)} -- ./report.sh");
        var asked = new ClaimRunOptions
        {
            Key = name,
            Claim = new ClaimOptions { Ttl = session.Value(ttl), Keep = session.Value(keep), Wait = session.Value(wait), Mode = session.Value(once) ? ClaimMode.Once : ClaimMode.AtLeastOnce },
            MaxRun = session.Value(maxRun),
            KillAfter = session.Value(killAfter),
            ResultFrom = session.Value(resultFrom),
        };
        return new ClaimRun(session, asked, child).RunAsync();
    }
}
