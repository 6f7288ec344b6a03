using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Http.Features;

namespace Flags.Api;

/// <summary>One feature, or all that the key sees.</summary>
internal sealed class OfrepEvaluations(EvaluationContext evaluation, FeatureCache cache, KeyRing keys, UsageStore usage, ServerOptions server)
{
    /// <summary>Seconds after which the provider of a hidden page may close its stream.</summary>
    private const int InactivitySeconds = 120;

    private static readonly byte[] Begin = "{\"flags\":["u8.ToArray(), End = "]}"u8.ToArray();

    private readonly string publicPath = server.PublicUrl is { } url ? new Uri(url).AbsolutePath.TrimEnd('/') : "";

    public async Task SingleAsync(HttpContext context, OfrepTarget target)
    {
        Caller caller = context.Caller();
        (OfrepContext? read, OfrepFault? fault) = await OfrepContext.ReadAsync(context);
        using OfrepContext? asked = read;
        if (asked is null)
        {
            await RefuseAsync(context, fault!, target.Key);
            return;
        }

        FeatureSet set = await context.FeaturesAsync(cache);
        if (set.Find(target.Key) is not { } stored)
        {
            await OfrepAnswer.RefuseAsync(context, 404, "FLAG_NOT_FOUND", $"There is no feature \"{target.Key}\"; it counts as off.", target.Key);
            return;
        }

        Evaluation answer = set.Snapshot.Evaluate(target.Key, [asked.Actor], evaluation);
        usage.Add(target.Key, answer.Enabled ? 1 : 0, answer.Enabled ? 0 : 1, caller.Name);
        OfrepFeature feature = OfrepFeature.Of(stored);
        await OfrepAnswer.WriteAsync(context, 200, feature.Text(feature.Outcome(answer)));
    }

    public async Task BulkAsync(HttpContext context)
    {
        (OfrepContext? read, OfrepFault? fault) = await OfrepContext.ReadAsync(context);
        using OfrepContext? asked = read;
        if (asked is null)
        {
            await RefuseAsync(context, fault!, null);
            return;
        }

        CallerFeature who = context.Features.GetRequiredFeature<CallerFeature>();
        OfrepTable table = OfrepTable.Of(await context.FeaturesAsync(cache), who.Caller.Pattern);
        OfrepOutcome[] outcomes = Evaluate(table, asked);
        byte[] streams = Encoding.ASCII.GetBytes(
            $"{{\"type\":\"sse\",\"endpoint\":{{\"requestUri\":\"{context.Request.PathBase}{publicPath}{OfrepTarget.Stream}?token={keys.StreamTokenOf(who.Caller, who.Key)}\"}},\"inactivityDelaySec\":{InactivitySeconds}}}");
        string tag = Tag(table, outcomes, streams);
        HttpResponse response = context.Response;
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "no-store";
        // 304 to a POST: RFC 9110 knows none, OFREP does.
        if (Preconditions.IsNotModified(context.Request, tag))
            response.StatusCode = StatusCodes.Status304NotModified;
        else
            await WriteAsync(context, table, outcomes, streams);
    }

    private OfrepOutcome[] Evaluate(OfrepTable table, OfrepContext asked)
    {
        var outcomes = new OfrepOutcome[table.Features.Length];
        Snapshot snapshot = table.Set.Snapshot;
        OfrepDraw? draw = table.HasChance ? new OfrepDraw(evaluation, asked.Body) : null;
        Actor[] actors = [asked.Actor];
        for (int i = 0; i < outcomes.Length; i++)
        {
            draw?.For(table.Features[i]);
            outcomes[i] = table.Features[i].Outcome(snapshot.Evaluate(table.Compiled[i], actors, draw?.Context ?? evaluation));
        }

        return outcomes;
    }

    /// <summary>Of what the features show, what each came to, and the streams: the answer without its outer metadata, in fewer bytes.</summary>
    private static string Tag(OfrepTable table, OfrepOutcome[] outcomes, byte[] streams)
    {
        byte[] content = new byte[table.Digest.Length + outcomes.Length + streams.Length];
        table.Digest.CopyTo(content, 0);
        for (int i = 0; i < outcomes.Length; i++)
            content[table.Digest.Length + i] = (byte)outcomes[i];
        streams.CopyTo(content, table.Digest.Length + outcomes.Length);
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"";
    }

    /// <summary>Put together first: two hundred small writes to the connection would cost more than the evaluation.</summary>
    private static async Task WriteAsync(HttpContext context, OfrepTable table, OfrepOutcome[] outcomes, byte[] streams)
    {
        byte[] end = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"],\"metadata\":{{\"generation\":\"{table.Set.Generation:x}\",\"version\":{table.Set.Version}}},\"eventStreams\":["));
        int most = Begin.Length + end.Length + streams.Length + End.Length;
        for (int i = 0; i < outcomes.Length; i++)
            most += table.Features[i].Text(outcomes[i]).Length + 1;
        byte[] body = ArrayPool<byte>.Shared.Rent(most);
        int length = Fill(body, table, outcomes, end, streams);
        HttpResponse response = context.Response;
        response.ContentType = "application/json";
        response.ContentLength = length;
        await response.Body.WriteAsync(body.AsMemory(0, length), context.RequestAborted);
        ArrayPool<byte>.Shared.Return(body);
    }

    private static int Fill(Span<byte> body, OfrepTable table, OfrepOutcome[] outcomes, byte[] end, byte[] streams)
    {
        int at = Append(body, 0, Begin);
        for (int i = 0; i < outcomes.Length; i++)
        {
            if (i > 0)
                body[at++] = (byte)',';
            at = Append(body, at, table.Features[i].Text(outcomes[i]));
        }

        return Append(body, Append(body, Append(body, at, end), streams), End);
    }

    private static int Append(Span<byte> body, int at, byte[] part)
    {
        part.CopyTo(body[at..]);
        return at + part.Length;
    }

    private static Task RefuseAsync(HttpContext context, OfrepFault fault, string? key) => fault.Code is { } code
        ? OfrepAnswer.RefuseAsync(context, fault.Status, code, fault.Details, key) : OfrepAnswer.RefuseAsync(context, fault.Status, fault.Details);
}
