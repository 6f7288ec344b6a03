using System.Text.Json;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Flipper's import, which replaces everything, and the telemetry of its Cloud client.</summary>
internal sealed class FlipperImport(FeatureImport import, UsageStore usage)
{
    private const int MostBytes = 5 * 1024 * 1024, MostReportBytes = 1024 * 1024, MostMetrics = 10_000;

    private const long MostCounted = 1_000_000_000;

    private static readonly JsonDocumentOptions ImportJson = new() { MaxDepth = 64 }, TelemetryJson = new() { MaxDepth = 32 };

    public async Task ImportAsync(HttpContext context, FlipperTarget target)
    {
        if (!RackQuery.TryParse(target.Query, out _))
            await FlipperAnswer.RefuseAsync(context, FlipperError.Invalid);
        else if (await RunAsync(context) is { } error)
            await FlipperAnswer.RefuseAsync(context, error);
        else
            await FlipperAnswer.NoContent(context);
    }

    private async Task<FlipperError?> RunAsync(HttpContext context)
    {
        WireBody body = await WireBody.ReadAsync(context, MostBytes);
        if (FlipperError.Of(body.Fault, MostBytes) is { } fault)
            return fault;
        if (!FlipperWrites.TryReadOptions(context, out WriteOptions options, out FlipperError? wrong))
            return wrong;
        JsonDocument document;
        try
        {
            document = StrictJson.Parse(body.Bytes, ImportJson);
        }
        catch (JsonException malformed)
        {
            return FlipperError.Import with { Detail = malformed.Message };
        }

        using (document)
        {
            ImportResult result = await import.ReplaceAsync(context.Caller(), document.RootElement, options, context.RequestAborted);
            if (result is ImportDone done)
                FlipperAnswer.TellHeld(context, done.Kept);
            return result is not ImportRefused { Problem: var problem } ? null
                : problem.Status == 422 ? FlipperError.Import with { Detail = problem.Detail } : FlipperError.Of(problem);
        }
    }

    public async Task TelemetryAsync(HttpContext context)
    {
        WireBody body = await WireBody.ReadAsync(context, MostReportBytes);
        if (FlipperError.Of(body.Fault, MostReportBytes) is { } fault)
            await FlipperAnswer.RefuseAsync(context, fault);
        else if (!TryRead(body.Bytes, out List<UsageCount> counts))
            await FlipperAnswer.RefuseAsync(context, FlipperError.Invalid with { Detail = "enabled_metrics must be a list of {key, time, result, value}" });
        else if (counts.Count > MostMetrics)
            await FlipperAnswer.RefuseAsync(context, FlipperError.TooMany($"A report has at most {MostMetrics} metrics; send several."));
        else
            await CountAsync(context, counts);
    }

    private async Task CountAsync(HttpContext context, List<UsageCount> counts)
    {
        Caller caller = context.Caller();
        // Names are looked up in what is known; this makes sure that something is.
        await context.FeaturesAsync();
        foreach (UsageCount count in counts.Where(count => caller.Sees(count.Feature)))
            usage.Add(count.Feature, count.On, count.Off, caller.Name);
        context.Response.Headers["telemetry-interval"] = "60";
        await FlipperAnswer.NoContent(context);
    }

    private static bool TryRead(byte[] bytes, out List<UsageCount> counts)
    {
        counts = [];
        try
        {
            using JsonDocument document = StrictJson.Parse(bytes, TelemetryJson);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("enabled_metrics", out JsonElement metrics) || metrics.ValueKind != JsonValueKind.Array)
                return false;
            foreach (JsonElement metric in metrics.EnumerateArray())
            {
                if (!TryRead(metric, out UsageCount? count))
                    return false;
                counts.Add(count!);
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryRead(JsonElement metric, out UsageCount? count)
    {
        count = null;
        if (metric.ValueKind != JsonValueKind.Object
            || !metric.TryGetProperty("key", out JsonElement key) || key.ValueKind != JsonValueKind.String
            || !metric.TryGetProperty("result", out JsonElement result) || result.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null)
            || !metric.TryGetProperty("value", out JsonElement value) || value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long checks) || checks is < 0 or > MostCounted)
            return false;
        bool on = result.ValueKind == JsonValueKind.True;
        count = new UsageCount(key.GetString()!, on ? checks : 0, on ? 0 : checks);
        return true;
    }
}
