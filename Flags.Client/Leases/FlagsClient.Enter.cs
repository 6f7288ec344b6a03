using Microsoft.Extensions.Logging;

namespace Flags.Client;

public sealed partial class FlagsClient
{
    private Renewals? renewals;

    private Renewals Leases => LazyInitializer.EnsureInitialized(ref renewals, () => new Renewals(Api, holder, options, logger, givingBack, jobs));

    internal TimeProvider Time => options.TimeProvider;

    /// <summary>
    /// Asks whether a job may run, and makes every deploy wait for it until the result is disposed. Turned away: <see cref="NotEntered"/> says by whom.
    /// </summary>
    /// <example><code>
    /// await using var entry = await flags.EnterAsync("jobs_processing", wait: TimeSpan.FromMinutes(30));
    /// if (entry is not Lease lease)
    ///     return; // entry.ToString() says who holds it and why
    /// await ImportOrdersAsync(lease.Lost);
    /// </code></example>
    /// <remarks>Repeats by itself what was not answered, always with the same id, so that a job is never inside twice.</remarks>
    /// <param name="feature">The feature's name.</param>
    /// <param name="wait">How long to wait for it to open, from 0 (default: does not wait); <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="options">TTL, holder, actor, what to do in an outage; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call; a lease that was on its way is given back.</param>
    /// <exception cref="FlagsProblemException">The server refuses for good: no such feature, a wrong key, a TTL out of range.</exception>
    /// <exception cref="ArgumentException">No feature can have that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The wait is negative, or the TTL not from 1 s to 15 min.</exception>
    public async Task<EnterResult> EnterAsync(string feature, TimeSpan wait = default, EnterOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(feature);
        RequireTimeout(wait);
        options ??= new EnterOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Ttl, TimeSpan.FromSeconds(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Ttl, TimeSpan.FromMinutes(15), nameof(options));
        using var activity = ClientMeter.Activities.StartActivity("flags enter");
        activity?.SetTag("flags.feature", feature);
        EnterResult result = await new Entering(Api, Leases, this.options, logger, feature, options).RunAsync(wait, cancellationToken).ConfigureAwait(false);
        activity?.SetTag("flags.entered", result is Lease);
        return result;
    }

    /// <summary>
    /// Enters a feature with a limit, such as a connection that only one process may have, in place of the one inside: that one's <see cref="Lease.TakeoverRequested"/>
    /// fires, and when it leaves, the slot is this call's and nobody else's. One that does not react is replaced when its lease is over.
    /// </summary>
    /// <example><code>
    /// await using Lease lease = (await flags.TakeOverAsync("rtm_connection")).EnsureEntered();
    /// await using var connection = await ConnectAsync();
    /// await connection.ReceiveAsync(until: lease.TakeoverRequested);
    /// </code></example>
    /// <param name="feature">The feature's name; it needs a limit, usually 1.</param>
    /// <param name="wait">How long to wait for the one inside; null (default) for ever.</param>
    /// <param name="options">TTL, holder, actor, what to do in an outage; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call; a lease that was on its way is given back.</param>
    /// <exception cref="FlagsProblemException">The server refuses for good: no such feature, no limit (<c>no-limit</c>), a wrong key.</exception>
    /// <inheritdoc cref="EnterAsync" path="/exception"/>
    public Task<EnterResult> TakeOverAsync(string feature, TimeSpan? wait = null, EnterOptions? options = null, CancellationToken cancellationToken = default) =>
        EnterAsync(feature, wait ?? Timeout.InfiniteTimeSpan, (options ?? new EnterOptions()) with { Takeover = true }, cancellationToken);

    [LoggerMessage(124, LogLevel.Information, "{Job} enters {Feature} no more: this worker takes no new jobs.")]
    internal partial void LogQuiet(string job, string feature);

    [LoggerMessage(123, LogLevel.Information, "{Job} was interrupted in {Feature}, by a deploy or a lost lease; it goes on when the feature is open.")]
    internal partial void LogInterrupted(string job, string feature);
}
