using System.CommandLine;
using System.CommandLine.Parsing;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags enable</c> and <c>flags disable</c>: for everyone, or single gates.</summary>
internal sealed class SwitchCommand
{
    private readonly bool on;
    private readonly Argument<string> feature = Common.Feature();
    private readonly Option<string[]> actors;
    private readonly Option<string[]> groups;
    private readonly Option<Percentage?> shareOfActors;
    private readonly Option<Percentage?> shareOfTime;
    private readonly Option<string?> reason = Common.Reason();
    private readonly Option<string[]> confirm = Common.Confirm();
    private readonly Option<long?> version = new("--if-version") { Description = "Only if it is still this version.", HelpName = "N" };

    private SwitchCommand(bool on)
    {
        this.on = on;
        actors = new("--actor") { Description = on ? "Only for this actor, besides those it is on for." : "Not for this actor any more.", HelpName = "ID" };
        groups = new("--group") { Description = on ? "Only for this group, besides those it is on for." : "Not for this group any more.", HelpName = "NAME" };
        shareOfActors = Share("--percentage-of-actors", "Only for this share of actors.");
        shareOfTime = Share("--percentage-of-time", "Only for this share of checks.");
    }

    public static Command Enable()
    {
        var one = new SwitchCommand(on: true);
        Command command = new("enable", "Turn a feature on, for everyone or for some.") { one.feature, one.actors, one.groups, one.shareOfActors, one.shareOfTime, one.reason, one.confirm, one.version };
        Session.On(command, one.RunAsync);
        return Examples.For(command, "flags enable new_search --reason 'release 42'", "flags enable new_search --actor 'User;1' --group staff", "flags enable new_search --percentage-of-actors 25");
    }

    public static Command Disable()
    {
        var one = new SwitchCommand(on: false);
        Command command = new("disable", "Turn a feature off, for everyone or for some.") { one.feature, one.actors, one.groups, one.reason, one.confirm, one.version };
        Session.On(command, one.RunAsync);
        return Examples.For(command, "flags disable new_search --reason 'too slow'", "flags disable jobs_processing --confirm jobs_processing", "flags disable new_search --actor 'User;1'");
    }

    private async Task<int> RunAsync(Session session)
    {
        string name = session.Feature = session.Value(feature);
        var options = new WriteOptions { Reason = session.Value(reason), Confirm = session.Value(confirm), IfMatch = session.Value(version) };
        Feature changed = Patch(session) is { } gates
            ? await session.Api.PatchGatesAsync(name, gates, options).ConfigureAwait(false)
            : await (on ? session.Api.EnableFeatureAsync(name, options) : session.Api.DisableFeatureAsync(name, options)).ConfigureAwait(false);
        Change.Tell(session, changed, "is changed");
        return ExitCode.Ok;
    }

    /// <summary>Null for everyone.</summary>
    private GatesPatch? Patch(Session session)
    {
        (string[] some, string[] many) = (session.Value(actors), session.Value(groups));
        Percentage? ofActors = on ? session.Value(shareOfActors) : null, ofTime = on ? session.Value(shareOfTime) : null;
        if (some.Length + many.Length == 0 && ofActors is null && ofTime is null)
            return null;
        return new GatesPatch
        {
            Actors = Set(some),
            Groups = Set(many),
            PercentageOfActors = ofActors is null ? default : new Optional<Percentage?>(ofActors),
            PercentageOfTime = ofTime is null ? default : new Optional<Percentage?>(ofTime),
        };
    }

    private SetPatch? Set(string[] members) => members.Length == 0 ? null : on ? new SetPatch { Add = members } : new SetPatch { Remove = members };

    private static Option<Percentage?> Share(string name, string description) => new(name) { Description = description, HelpName = "0-100", CustomParser = ParseShare };

    private static Percentage? ParseShare(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value.TrimEnd('%') : "";
        if (Percentage.TryParse(text, out Percentage share))
            return share;
        result.AddError($"\"{text}\" is no share: write a number from 0 to 100.");
        return null;
    }
}
