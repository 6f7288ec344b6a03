using Flags.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Flags.Client;

/// <summary>
/// The everyday client: is a feature on, wait until it is, turn it on or off. Thread-safe; one for the life of the process, by
/// <see cref="FlagsRegistration.AddFlags"/> or <see cref="Create"/>. Expected refusals are results, outages are <see cref="FlagsUnavailableException"/>.
/// </summary>
public sealed partial class FlagsClient : IDisposable, IAsyncDisposable
{
    private readonly FlagsOptions options;
    private readonly ILogger logger;
    private readonly HttpClient? owned;
    private int failing;

    /// <summary>A client over an API of your own, for tests.</summary>
    /// <param name="api">Where calls go.</param>
    /// <param name="options">Only <c>Timeout</c>, <c>WhenUnavailable</c> and <c>TimeProvider</c> matter here.</param>
    /// <param name="logger">Null logs nothing.</param>
    public FlagsClient(IFlagsApi api, FlagsOptions options, ILogger<FlagsClient>? logger = null)
        : this(api, options, logger, null)
    {
    }

    private FlagsClient(IFlagsApi api, FlagsOptions options, ILogger? logger, HttpClient? owned)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentNullException.ThrowIfNull(options);
        (Api, this.options, this.logger, this.owned) = (api, options, logger ?? NullLogger.Instance, owned);
    }

    /// <summary>Every route, for what has no method here.</summary>
    public IFlagsApi Api { get; }

    /// <summary>A client without dependency injection.</summary>
    /// <param name="configure">Sets options after the environment (<c>FLAGS_URL</c>, <c>FLAGS_API_KEY</c>, …); null leaves them as they are.</param>
    /// <param name="logging">Null logs nothing.</param>
    /// <exception cref="OptionsValidationException">An option is missing or wrong; the message says what to set.</exception>
    public static FlagsClient Create(Action<FlagsOptions>? configure = null, ILoggerFactory? logging = null)
    {
        var options = new FlagsOptions();
        FlagsEnvironment.Apply(options, Environment.GetEnvironmentVariable);
        configure?.Invoke(options);
        if (new FlagsOptionsValidator().Validate(null, options) is { Failed: true } refused)
            throw FlagsEnvironment.Refused(refused.Failures);
        ILogger logger = (logging ?? NullLoggerFactory.Instance).CreateLogger<FlagsClient>();
        HttpClient http = Connection.Create(options, new KeySource(options, logger));
        return new FlagsClient(new FlagsApi(http), options, logger, http);
    }

    /// <summary>Whether a feature is on; a missing one is off.</summary>
    /// <remarks>
    /// Without a usable answer (an outage, or a refusal such as a revoked key) it is off, and that is logged once, unless
    /// <see cref="FlagsOptions.WhenUnavailable"/> says <see cref="WhenUnavailable.Throw"/>.
    /// </remarks>
    /// <param name="feature">The feature's name.</param>
    /// <param name="actor">Who asks; null asks for everyone, so that gates for some stay closed.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">No feature can have that name.</exception>
    /// <exception cref="FlagsUnavailableException">No usable answer, with <see cref="WhenUnavailable.Throw"/>.</exception>
    /// <exception cref="FlagsProblemException">The key was refused, with <see cref="WhenUnavailable.Throw"/>.</exception>
    public async ValueTask<bool> IsEnabledAsync(string feature, Actor? actor = null, CancellationToken cancellationToken = default)
    {
        try
        {
            EvaluateAnswer answer = await Api.EvaluateAsync(feature, Question(actor), false, cancellationToken).ConfigureAwait(false);
            if (Volatile.Read(ref failing) != 0 && Interlocked.Exchange(ref failing, 0) != 0)
                LogAnswersAgain();
            return answer.Enabled;
        }
        catch (FlagsUnavailableException outage) when (options.WhenUnavailable == WhenUnavailable.Off)
        {
            if (Interlocked.Exchange(ref failing, 1) == 0)
                LogUnavailable(feature, outage.Message);
            return false;
        }
        catch (FlagsProblemException refusal) when (options.WhenUnavailable == WhenUnavailable.Off)
        {
            if (Interlocked.Exchange(ref failing, 1) == 0)
                LogRefused(feature, refusal.Message);
            return false;
        }
    }

    /// <summary>Turns a feature on for everyone; clears its other gates, not the deny lists.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="reason">Why, for history and audit; null says nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="FlagsUnavailableException">No usable answer; whether it was done is unknown, and repeating it is safe.</exception>
    public Task<ChangeResult> EnableAsync(string feature, string? reason = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(Api.EnableFeatureAsync, feature, reason, cancellationToken);

    /// <summary>Turns a feature off; clears its other gates, not the deny lists. A protected one is refused: <c>Api.DisableFeatureAsync</c> with <see cref="WriteOptions.Confirm"/> turns it off.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="reason">Why, for history and audit; null says nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="FlagsUnavailableException">No usable answer; whether it was done is unknown, and repeating it is safe.</exception>
    public Task<ChangeResult> DisableAsync(string feature, string? reason = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(Api.DisableFeatureAsync, feature, reason, cancellationToken);

    /// <summary>Closes the connections of a client that <see cref="Create"/> made.</summary>
    public void Dispose() => owned?.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static EvaluateFeature Question(Actor? actor) => actor is null
        ? new EvaluateFeature()
        : new EvaluateFeature { Actors = [new ActorBody { Id = actor.Id, Properties = actor.Properties, Groups = actor.Groups is null ? null : [.. actor.Groups] }] };

    private static async Task<ChangeResult> ChangeAsync(Func<string, WriteOptions?, CancellationToken, Task<Feature>> change, string feature, string? reason, CancellationToken cancellationToken)
    {
        try
        {
            return new Changed(await change(feature, new WriteOptions { Reason = reason }, cancellationToken).ConfigureAwait(false));
        }
        catch (FlagsProblemException refusal)
        {
            return new ChangeRefused(refusal.Problem);
        }
    }

    [LoggerMessage(100, LogLevel.Warning, "{Feature} counts as off, as does every feature until the server answers: {Problem}")]
    private partial void LogUnavailable(string feature, string problem);

    [LoggerMessage(101, LogLevel.Information, "The server answers again.")]
    private partial void LogAnswersAgain();

    [LoggerMessage(102, LogLevel.Error, "{Feature} counts as off, since the server refuses to say: {Problem}")]
    private partial void LogRefused(string feature, string problem);
}
