using System.Collections.Concurrent;
using Flags.Core;
using Microsoft.Extensions.Logging;

namespace Flags.Client;

public sealed partial class FlagsClient
{
    private readonly ConcurrentDictionary<string, bool> failedChecks = new(StringComparer.Ordinal);

    /// <summary>Whether a feature is on for everyone; gates for some stay closed. Never waits, never throws, allocates nothing; unknown is off.</summary>
    /// <param name="feature">The feature's name.</param>
    public bool IsEnabled(string feature)
    {
        Snapshot snapshot = holder.Current;
        return feature is not null && snapshot.Find(feature) is { } found && Check(snapshot, found, null);
    }

    /// <summary>Whether a feature is on for the actor of that id, without properties and in no group but those of <see cref="FlagsOptions.Groups"/>. Never waits or throws; unknown is off.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="actorId">Who asks, such as <c>User;1</c>; null asks for everyone.</param>
    public bool IsEnabled(string feature, string? actorId)
    {
        Snapshot snapshot = holder.Current;
        return feature is not null && snapshot.Find(feature) is { } found && Check(snapshot, found, actorId);
    }

    /// <summary>Whether a feature is on for an actor with its properties and groups. Never waits or throws; unknown is off.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="actor">Who asks; null asks for everyone.</param>
    public bool IsEnabled(string feature, Actor? actor) => actor is null ? IsEnabled(feature) : IsEnabled(feature, [actor]);

    /// <summary>Whether a feature is on for several actors together. Never waits or throws; unknown is off.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="actors">Who asks; % of actors draws once for all of them. None asks for everyone.</param>
    public bool IsEnabled(string feature, params ReadOnlySpan<Actor> actors)
    {
        Snapshot snapshot = holder.Current;
        return feature is not null && snapshot.Find(feature) is { } found && Evaluate(snapshot, found, actors).Enabled;
    }

    /// <summary>Whether a feature is on and why. Never waits or throws.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="actors">Who asks; none asks for everyone.</param>
    /// <returns>Off with <see cref="Reason.NotFound"/> for an unknown feature.</returns>
    public Evaluation Evaluate(string feature, params ReadOnlySpan<Actor> actors)
    {
        Snapshot snapshot = holder.Current;
        return feature is not null && snapshot.Find(feature) is { } found ? Evaluate(snapshot, found, actors) : new Evaluation(false, Reason.NotFound, null, false, 0);
    }

    /// <summary>A feature prepared for checks in a loop: saves looking up the name.</summary>
    /// <param name="name">The feature's name; it need not exist yet.</param>
    public PreparedFeature Feature(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new PreparedFeature(this, name);
    }

    /// <summary>Whether a feature is on; the first check waits for the first snapshot, at most <see cref="FlagsOptions.Timeout"/>. Unknown is off.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="actor">Who asks; null asks for everyone, so that gates for some stay closed.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="FlagsUnavailableException">There is no snapshot, with <see cref="WhenUnavailable.Throw"/>.</exception>
    /// <exception cref="FlagsProblemException">The key was refused and there is no snapshot, with <see cref="WhenUnavailable.Throw"/>.</exception>
    public ValueTask<bool> IsEnabledAsync(string feature, Actor? actor = null, CancellationToken cancellationToken = default) =>
        holder.HasSnapshot ? ValueTask.FromResult(IsEnabled(feature, actor)) : new(IsEnabledLaterAsync(feature, actor, cancellationToken));

    internal bool Check(Snapshot snapshot, CompiledFeature feature, string? actorId)
    {
        bool on = feature.Always ?? Ask(snapshot, feature, actorId);
        return feature.Counter!.Count(on);
    }

    internal Evaluation Evaluate(Snapshot snapshot, CompiledFeature feature, ReadOnlySpan<Actor> actors)
    {
        Evaluation answer;
        try
        {
            answer = snapshot.Evaluate(feature, actors, context);
        }
        catch (Exception failure)
        {
            answer = new Evaluation(Failed(feature.Name, failure), Reason.NoMatch, null, false, feature.Version);
        }

        feature.Counter!.Count(answer.Enabled);
        return answer;
    }

    /// <summary>What the app's own code throws must not reach the one who checks, and must not open a deny list: the feature is off.</summary>
    internal bool Failed(string feature, Exception failure)
    {
        if (failedChecks.TryAdd(feature, true))
            LogCheckFailed(failure, feature);
        return false;
    }

    private async Task<bool> IsEnabledLaterAsync(string feature, Actor? actor, CancellationToken cancellationToken)
    {
        await WaitForAsync(() => holder.HasSnapshot || contact.Failure is not null, options.Timeout, cancellationToken).ConfigureAwait(false);
        if (holder.HasSnapshot || options.WhenUnavailable == WhenUnavailable.Off)
            return IsEnabled(feature, actor);
        throw contact.Refusal is { } refused
            ? new FlagsProblemException(refused.Problem)
            : new FlagsUnavailableException(contact.Failure?.Message ?? "The server did not answer in time.", contact.Failure) { Status = (contact.Failure as FlagsUnavailableException)?.Status };
    }

    private bool Ask(Snapshot snapshot, CompiledFeature feature, string? actorId)
    {
        try
        {
            return actorId is null ? snapshot.IsEnabled(feature, context) : snapshot.IsEnabled(feature, actorId, context);
        }
        catch (Exception failure)
        {
            return Failed(feature.Name, failure);
        }
    }

    [LoggerMessage(112, LogLevel.Error, "{Feature} counts as off where this app cannot say who asks or in which groups they are.")]
    private partial void LogCheckFailed(Exception failure, string feature);

    [LoggerMessage(113, LogLevel.Warning, "The expression of {Feature} (version {Version}) cannot be evaluated and stays closed: {Problem}")]
    private partial void LogExpressionFailed(string feature, long version, string problem);
}
