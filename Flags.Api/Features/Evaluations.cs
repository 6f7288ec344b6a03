using Flags.Core;

namespace Flags.Api;

/// <summary>What Core has not: the clock, the dice, and where a failing expression is logged (once a feature and version).</summary>
internal static partial class Evaluations
{
    public static EvaluationContext Context(IServiceProvider provider)
    {
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        ILogger log = provider.GetRequiredService<ILoggerFactory>().CreateLogger("Flags.Evaluation");
        var told = new System.Collections.Concurrent.ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        return new EvaluationContext
        {
            Random = Random.Shared.NextDouble,
            Now = time.GetUtcNow,
            ExpressionFailed = (feature, version, error) =>
            {
                if (!told.TryGetValue(feature, out long last) || last != version)
                {
                    told[feature] = version;
                    LogFailed(log, feature, version, error);
                }
            },
        };
    }

    [LoggerMessage(30, LogLevel.Warning, "The expression of {Feature} (version {Version}) cannot be evaluated, so its gate stays closed: {Error}")]
    private static partial void LogFailed(ILogger log, string feature, long version, string error);
}
