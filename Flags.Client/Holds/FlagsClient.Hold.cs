using Flags.Core;

namespace Flags.Client;

public sealed partial class FlagsClient
{
    private static readonly TimeSpan LongestWaitAtServer = TimeSpan.FromSeconds(50);

    /// <summary>Holds features: off for everyone until the result is disposed, and no job enters. <see cref="Hold.DrainAsync"/> waits for those inside.</summary>
    /// <example><code>
    /// await using Hold hold = await flags.HoldAsync(["jobs_processing"], reason: "v42");
    /// (await hold.DrainAsync(TimeSpan.FromMinutes(10))).EnsureDrained();
    /// await DeployAsync(hold.Lost);
    /// </code></example>
    /// <param name="features">Which, 1 to 100 names.</param>
    /// <param name="reason">Why, for everybody who is turned away.</param>
    /// <param name="options">TTL, link, exclusive or not; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call; a hold that was on its way is released.</param>
    /// <exception cref="FlagsProblemException">Refused: another exclusive hold (<c>hold-conflict</c>, with its story), no such feature, a wrong key.</exception>
    /// <exception cref="FlagsUnavailableException">No usable answer; a hold that was placed all the same is released, or ends with its TTL.</exception>
    public async Task<Hold> HoldAsync(IReadOnlyList<string> features, string reason, HoldOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(reason);
        options ??= new HoldOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Wait, TimeSpan.Zero, nameof(options));
        using var activity = ClientMeter.Activities.StartActivity("flags hold");
        activity?.SetTag("flags.features", string.Join(",", features));
        var id = Guid.NewGuid();
        var body = new PlaceHold
        {
            Features = features,
            Reason = reason,
            Ttl = new Duration(options.Ttl),
            MaxDuration = new Duration(options.MaxDuration),
            Exclusive = options.Exclusive ? true : null,
            Url = options.Url,
            Holder = options.Holder,
        };
        try
        {
            return await PlaceAsync(id, body, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is OperationCanceledException or FlagsUnavailableException)
        {
            // The unanswered call may have placed it.
            givingBack.Add(Hold.ReleaseAsync(Api, id, this.options));
            throw;
        }
    }

    /// <summary>The same id until there is an answer; after a wait once more, since the deadline counts from before a request.</summary>
    private async Task<Hold> PlaceAsync(Guid id, PlaceHold body, HoldOptions asked, CancellationToken cancellationToken)
    {
        TimeProvider time = options.TimeProvider;
        var backoff = new Backoff(options.Random);
        long started = time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            TimeSpan left = asked.Wait - time.GetElapsedTime(started);
            TimeSpan slice = attempt == 1 || left <= TimeSpan.Zero ? TimeSpan.Zero : left < LongestWaitAtServer ? left : LongestWaitAtServer;
            TimeSpan pause;
            try
            {
                long sent = time.GetTimestamp();
                PlacedHold placed = await Api.PlaceHoldAsync(id, body, slice > TimeSpan.Zero ? new Duration(slice) : null, cancellationToken).ConfigureAwait(false);
                if (slice > TimeSpan.Zero)
                    (sent, placed) = (time.GetTimestamp(), await Api.PlaceHoldAsync(id, body, null, cancellationToken).ConfigureAwait(false));
                var deadline = new Deadline($"The hold {id}", sent, TimeSpan.FromSeconds(placed.ExpiresInSeconds), time, logger);
                return new Hold(placed, asked.Ttl, deadline, Api, options, logger);
            }
            catch (FlagsProblemException refusal) when (refusal.Problem.Type.EndsWith(":hold-conflict", StringComparison.Ordinal) && left > TimeSpan.Zero)
            {
                pause = attempt == 1 ? TimeSpan.Zero : backoff.Next();
            }
            catch (FlagsUnavailableException outage) when (attempt == 1 || left > TimeSpan.Zero)
            {
                pause = backoff.Next(outage.RetryAfter);
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
