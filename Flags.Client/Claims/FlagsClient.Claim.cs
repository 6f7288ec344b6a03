namespace Flags.Client;

public sealed partial class FlagsClient
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly JobsInside jobs = new();

    /// <summary>What runs under a lease or a claim in this process.</summary>
    internal JobsInside Jobs => jobs;

    /// <summary>Claims a key, such as a message's id: of all who ask, in all processes, one wins.</summary>
    /// <example><code>
    /// await using var result = await flags.ClaimAsync($"message/{message.Id}");
    /// if (result is not Claim claim)
    ///     return; // another version answers, or has
    /// await AnswerAsync(message, claim.Lost);
    /// await claim.CompleteAsync();
    /// </code></example>
    /// <remarks>Repeats by itself what was not answered; each call is an attempt of its own.</remarks>
    /// <param name="key">What is to be done once, 1 to 255 bytes in UTF-8.</param>
    /// <param name="options">TTL, mode, how long to wait; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call; a claim that was on its way is given back.</param>
    /// <returns>A <see cref="Claim"/>, <see cref="ClaimTaken"/>, <see cref="ClaimDone"/> or <see cref="NotClaimed"/>.</returns>
    /// <exception cref="FlagsProblemException">The server refuses for good: a key that is too long or outside the API key's pattern, a wrong API key.</exception>
    /// <exception cref="ArgumentOutOfRangeException">TTL, keep or wait are out of range.</exception>
    public async Task<ClaimResult> ClaimAsync(string key, ClaimOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        options ??= new ClaimOptions();
        RequireTimeout(options.Wait);
        RequireBetween(options.Ttl, Second, TimeSpan.FromHours(1));
        RequireBetween(options.Keep, Second, TimeSpan.FromDays(30));
        using var activity = ClientMeter.Activities.StartActivity("flags claim");
        activity?.SetTag("flags.claim", key);
        ClaimResult result = await new Claiming(new ClaimParts(Api, this.options, logger, jobs, givingBack), key, options).RunAsync(cancellationToken).ConfigureAwait(false);
        activity?.SetTag("flags.claimed", result is Claim);
        return result;
    }

    /// <summary>The same with a TTL: life without renewal, 1 s to 1 h.</summary>
    /// <inheritdoc cref="ClaimAsync(string, ClaimOptions?, CancellationToken)"/>
    public Task<ClaimResult> ClaimAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default) => ClaimAsync(key, new ClaimOptions { Ttl = ttl }, cancellationToken);

    /// <summary>Does something once, whoever else tries: claims the key, works, completes.</summary>
    /// <remarks>
    /// If the work throws, the claim is given back (with <see cref="ClaimMode.Once"/> it stays taken) and the exception is thrown on. If the claim is lost
    /// meanwhile, the work's token fires.
    /// </remarks>
    /// <param name="key">What is to be done once, 1 to 255 bytes in UTF-8.</param>
    /// <param name="work">The work; its token fires when the claim is lost or the call is cancelled.</param>
    /// <param name="options">TTL, mode, how long to wait; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns><see cref="ClaimDone"/>, also when another has done it; otherwise <see cref="ClaimTaken"/> or <see cref="NotClaimed"/>.</returns>
    /// <exception cref="ClaimLostException">The claim was lost and the work has stopped, or another attempt has it by now.</exception>
    /// <exception cref="FlagsUnavailableException">It is done, and that could not be recorded: it may be done again.</exception>
    /// <exception cref="FlagsProblemException">The server refuses for good.</exception>
    public Task<ClaimResult> RunOnceAsync(string key, Func<Claim, CancellationToken, Task> work, ClaimOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return RunOnceAsync(key, WithoutResult, options, cancellationToken);

        async Task<string?> WithoutResult(Claim claim, CancellationToken ends)
        {
            await work(claim, ends).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Does something once and keeps its result: whoever asks later gets it as <see cref="ClaimDone.Text"/>.</summary>
    /// <inheritdoc cref="RunOnceAsync(string, Func{Claim, CancellationToken, Task}, ClaimOptions?, CancellationToken)"/>
    /// <param name="key">What is to be done once, 1 to 255 bytes in UTF-8.</param>
    /// <param name="work">The work, which returns its result: at most 64 KiB as JSON, null for none.</param>
    /// <param name="options">TTL, mode, how long to wait; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ClaimResult> RunOnceAsync(string key, Func<Claim, CancellationToken, Task<string?>> work, ClaimOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        ClaimResult result = await ClaimAsync(key, options, cancellationToken).ConfigureAwait(false);
        await using (result.ConfigureAwait(false))
            return result is Claim claim ? await WorkAsync(claim, work, cancellationToken).ConfigureAwait(false) : result;
    }

    private static async Task<ClaimDone> WorkAsync(Claim claim, Func<Claim, CancellationToken, Task<string?>> work, CancellationToken cancellationToken)
    {
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, claim.Lost);
        string? result;
        try
        {
            result = await work(claim, ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException stopped) when (claim.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ClaimLostException($"The claim of \"{claim.Key}\" was lost, and the work was stopped: {claim.Deadline.Why}.", stopped);
        }

        return await claim.CompleteAsync(result).ConfigureAwait(false);
    }

    private static void RequireBetween(TimeSpan time, TimeSpan least, TimeSpan most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, least, nameof(time));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, most, nameof(time));
    }
}
