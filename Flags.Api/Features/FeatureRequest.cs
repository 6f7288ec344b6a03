using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>What every route of one feature does first.</summary>
internal static class FeatureRequest
{
    /// <summary>The name from the raw path, if the caller may see it; otherwise the refusal.</summary>
    public static IResult? Name(HttpContext context, out string name)
    {
        if (RawName.Read(context, RawName.Features, "feature's name", out name) is { } refused)
            return refused;
        Caller caller = context.Caller();
        return caller.Sees(name) ? null : ProblemResult.Of(Problems.OutsidePattern(caller, name));
    }

    /// <summary>Reads headers, writes, and turns the result into an answer.</summary>
    public static async Task<IResult> WriteAsync(HttpContext context, string? reason, Func<string, WriteOptions, Task<WriteResult>> write, Func<Written, IResult>? answer = null)
    {
        if (Name(context, out string name) is { } refused)
            return refused;
        if (!Preconditions.TryRead(context.Request, reason, out WriteOptions options, out Problem? problem))
            return ProblemResult.Of(problem!);
        return await write(name, options) switch
        {
            Written written => answer?.Invoke(written) ?? Answer.Feature(context, written.Stored),
            Refused no => ProblemResult.Of(no.Problem),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }
}

internal static class ETags
{
    /// <summary>Of everything a key may see: the set's version, and the pattern, since answers to different keys differ.</summary>
    public static string Of(FeatureSet set, string? pattern) =>
        pattern is null ? $"\"{set.Generation}-{set.Version}\"" : $"\"{set.Generation}-{set.Version}-{Uri.EscapeDataString(pattern)}\"";
}
