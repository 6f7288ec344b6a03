using System.Collections.Frozen;
using Flags.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Flags.Client;

/// <summary>
/// The everyday client: is a feature on, wait until it is, turn it on or off. Features are evaluated here, over a snapshot that follows the
/// server within milliseconds and stays in force when the server does not answer. Thread-safe; one for the life of the process, by
/// <c>AddFlags</c> or <see cref="Create"/>. Expected refusals are results, outages of writes are <see cref="FlagsUnavailableException"/>.
/// </summary>
public sealed partial class FlagsClient : IDisposable, IAsyncDisposable
{
    private readonly FlagsOptions options;
    private readonly ILogger logger;
    private readonly HttpClient? owned;
    private readonly SnapshotHolder holder;
    private readonly Contact contact;
    private readonly ClientMeter meter;
    private readonly SnapshotFeed? feed;
    private readonly EvaluationContext context;
    private readonly GivingBack givingBack = new();
    private readonly CancellationTokenSource ends = new();
    private readonly Task[] running = [];
    private int disposed;

    /// <summary>A client that follows the server, or, without <paramref name="http"/>, one whose snapshot somebody else sets.</summary>
    internal FlagsClient(IFlagsApi api, HttpClient? http, FlagsOptions options, ILogger? logger, KeySource? keys = null, bool owns = false)
    {
        (Api, this.options, this.logger, owned) = (api, options, logger ?? NullLogger.Instance, owns ? http : null);
        holder = new SnapshotHolder(options.TimeProvider);
        contact = new Contact(holder, options);
        meter = new ClientMeter(holder, contact);
        context = new EvaluationContext
        {
            Random = options.Random,
            Now = options.TimeProvider.GetUtcNow,
            GroupPredicates = options.Groups.Count > 0 ? options.Groups.ToFrozenDictionary(StringComparer.Ordinal) : null,
            ExpressionFailed = LogExpressionFailed,
        };
        if (http is null || keys is null)
            return;
        SnapshotFile? file = options.SnapshotFile is { Length: > 0 } path ? new SnapshotFile(path, $"{options.Url} {keys.Id}", options, this.logger) : null;
        if (file?.Read() is { } saved)
            holder.Restore(saved.Body, saved.Age);
        feed = new SnapshotFeed(new SnapshotSource(http, options), holder, contact, options, meter, this.logger);
        feed.TakeoverAsked = features => Volatile.Read(ref renewals)?.AskNow(features);
        running = [.. Start(file)];
    }

    /// <summary>Every route, for what has no method here.</summary>
    public IFlagsApi Api { get; }

    /// <summary>How current the snapshot is.</summary>
    public FlagsStatus Status => new(holder.Position.Generation, holder.Position.Version, contact.Age, contact.IsStale, contact.Failure?.Message);

    /// <summary>Whether the server has not said for <see cref="FlagsOptions.StaleAfter"/> that the snapshot is current. Checks go on with what was last known.</summary>
    public bool IsStale => contact.IsStale;

    internal SnapshotHolder Holder => holder;

    internal Contact Contact => contact;

    internal FlagsOptions Options => options;

    /// <summary>Fires when the worker that this process is takes no new jobs.</summary>
    internal CancellationToken Quiet { get; set; }

    /// <summary>A client without dependency injection. Returns at once: <see cref="WaitUntilReadyAsync"/> waits for the server.</summary>
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
        var keys = new KeySource(options, logger);
        HttpClient http = Connection.Create(options, keys);
        return new FlagsClient(new FlagsApi(http, options.Timeout), http, options, logger, keys, owns: true);
    }

    /// <summary>Ends the stream and closes the connections of a client that <see cref="Create"/> made. Checks go on answering from the last snapshot.</summary>
    /// <remarks>Does not wait, so that the last counts of usage may be lost; <see cref="DisposeAsync"/> sends them.</remarks>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        ends.Cancel();
        holder.Signal();
        Close();
    }

    /// <summary>Ends the stream, sends the last counts of usage (1 s at most), saves the snapshot, gives back what cancelled calls may have been granted (10 s at most), closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        await ends.CancelAsync().ConfigureAwait(false);
        holder.Signal();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await givingBack.DoneAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Close();
    }

    private IEnumerable<Task> Start(SnapshotFile? file)
    {
        // On other threads: whoever makes a client waits for nothing.
        CancellationToken token = ends.Token;
        yield return Task.Run(() => feed!.RunAsync(token), CancellationToken.None);
        if (file is not null)
            yield return Task.Run(() => new SnapshotSaver(file, holder, options.TimeProvider).RunAsync(token), CancellationToken.None);
        if (options.ReportUsage)
            yield return Task.Run(() => new UsageReports(Api, holder, options, meter, logger).RunAsync(token), CancellationToken.None);
    }

    private void Close()
    {
        owned?.Dispose();
        meter.Dispose();
    }
}
