using System.CommandLine;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags hold</c>: the first step of a pipeline whose steps are separate processes.</summary>
internal static class HoldCommand
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(50), Pause = TimeSpan.FromSeconds(2);
    private static readonly Argument<string[]> Features = new("FEATURE") { Description = "The features to hold.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string?> Reason = Common.Reason("Why, for everybody who is turned away.");
    private static readonly Option<string?> Url = new("--url") { Description = "Where people can see what happens.", HelpName = "URL" };
    private static readonly Option<Span> Ttl = Common.Time("--ttl", "How long it lives unless extended: 1s to 30m. Nobody renews it between the steps.", "30m");
    private static readonly Option<Span> Max = Common.Time("--max", "The longest that it can be extended to.", "2h");
    private static readonly Option<bool> Exclusive = new("--exclusive") { Description = "No other deploy beside it." };
    private static readonly Option<Span> Wait = Common.Time("--wait", "How long to wait for an exclusive deploy of others, and for the server.", "15m");
    private static readonly Option<string?> Holder = new("--holder") { Description = "Who deploys, for people (default the key's name).", HelpName = "TEXT" };
    private static readonly Option<string?> State = new("--state") { Description = "Write id and token into this file, instead of to stdout.", HelpName = "FILE" };

    public static Command Create()
    {
        Command command = new("hold", "Hold features, for a pipeline whose steps are separate processes; flags deploy does all of it in one.") { Features, Reason, Url, Ttl, Max, Exclusive, Wait, Holder, State };
        Common.RefuseOptions(Features);
        Session.On(command, RunAsync);
        return Examples.For(command, "flags hold jobs_processing --reason v42 >> \"$GITHUB_ENV\"", "flags hold jobs_processing --state hold.env && flags drain --state hold.env && ./deploy.sh; flags release --state hold.env");
    }

    private static async Task<int> RunAsync(Session session)
    {
        string[] features = session.Value(Features);
        session.Feature = features[0];
        var body = new PlaceHold
        {
            Features = features,
            Reason = session.Value(Reason) ?? "a deploy",
            Ttl = new Duration(session.Value(Ttl)),
            MaxDuration = new Duration(session.Value(Max)),
            Exclusive = session.Value(Exclusive) ? true : null,
            Url = session.Value(Url),
            Holder = session.Value(Holder),
        };
        PlacedHold placed = await PlaceAsync(session, body).ConfigureAwait(false);
        var state = new HoldState(placed.Id, placed.Token);
        if (session.Value(State) is { } file)
            state.Write(file);
        if (session.WantsJson())
            Results.Print(placed, Results.Json.PlacedHold);
        else if (session.Value(State) is null)
            Results.Print(state.ToString());
        session.Reporter.Say("held", $"Holding {string.Join(", ", features)} until {Text.At(placed.ExpiresAt, session.Time)} unless extended: {placed.InFlight} inside.", ("hold", placed.Id), ("inside", placed.InFlight));
        return ExitCode.Ok;
    }

    /// <summary>One id, however often it is asked: an answer that was lost places no second hold.</summary>
    private static async Task<PlacedHold> PlaceAsync(Session session, PlaceHold body)
    {
        long started = session.Time.GetTimestamp();
        var id = Guid.NewGuid();
        bool said = false;
        while (true)
        {
            TimeSpan left = session.Value(Wait) - session.Time.GetElapsedTime(started);
            try
            {
                return await session.Api.PlaceHoldAsync(id, body, said && left > TimeSpan.Zero ? new Duration(left < Slice ? left : Slice) : null).ConfigureAwait(false);
            }
            catch (FlagsProblemException conflict) when (Advice.Slug(conflict.Problem) == "hold-conflict" && left > TimeSpan.Zero)
            {
                if (!said)
                    session.Reporter.Say("waiting", $"Waiting up to {Text.Of(left)}: {conflict.Problem.Detail}");
                said = true;
            }
            catch (FlagsUnavailableException outage) when (left > TimeSpan.Zero)
            {
                session.Reporter.Warn("unreachable", $"Waiting up to {Text.Of(left)}: {outage.Message}");
                await Task.Delay(outage.RetryAfter ?? Pause, session.Time).ConfigureAwait(false);
            }
        }
    }
}
