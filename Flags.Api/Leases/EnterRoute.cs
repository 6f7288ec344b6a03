using System.Text.Json;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Reads a call to enter, waits as long as it wants to, and answers.</summary>
internal sealed class EnterRoute(LeaseStore leases, HoldReads holds, FeatureCache cache, Waiting waiting, EvaluationContext evaluation, StoreOptions options, TimeProvider time)
{
    public async Task<IResult> EnterAsync(HttpContext context, Guid id)
    {
        if (FeatureRequest.Name(context, out string name) is { } refused)
            return refused;
        (EnterFeature? body, Problem? problem) = await Body.ReadOptionalAsync(context, StrictJson.Context.EnterFeature, new EnterFeature());
        if (problem is not null)
            return ProblemResult.Of(problem);
        if (Wait.Read(context, out Wait wait) is { } wrong)
            return wrong;
        (ActorBody? actor, problem) = ReadActor(body!.Actor);
        problem ??= LeaseRules.Check(body, actor, options.LongestLease);
        if (problem is not null)
            return ProblemResult.Of(problem);
        var attempt = new EnterAttempt
        {
            Id = id,
            FeatureId = 0,
            Version = 0,
            Open = false,
            Limited = false,
            Ttl = LeaseRules.Ttl(body.Ttl, options.LongestLease),
            Holder = body.Holder ?? context.Caller().Name,
            Actor = actor?.Id,
            Parent = body.Parent,
            Takeover = body.Takeover ?? false,
        };
        var entering = new Entering(context, name, attempt, new Gatekeeper(evaluation, actor, id), wait, new EnterParts(leases, holds, cache, time));
        return await waiting.UntilAsync(context, wait.Patience, entering.LookAsync);
    }

    /// <summary>An id, or <c>{id, properties, groups}</c>, as strictly as a body.</summary>
    private static (ActorBody?, Problem?) ReadActor(JsonElement? sent)
    {
        switch (sent?.ValueKind)
        {
            case null or JsonValueKind.Null:
                return (null, null);
            case JsonValueKind.String:
                return (new ActorBody { Id = sent.Value.GetString() }, null);
            case JsonValueKind.Object:
                byte[] json = JsonSerializer.SerializeToUtf8Bytes(sent.Value, FlagsJson.Relaxed.JsonElement);
                try
                {
                    return (JsonSerializer.Deserialize(json, StrictJson.Context.ActorBody), null);
                }
                catch (JsonException wrong)
                {
                    FieldError error = StrictJson.Error(wrong, json, bytes => JsonSerializer.Deserialize(bytes, StrictJson.Context.ActorBody));
                    return (null, Wrong(new FieldError($"actor.{error.Field}", error.Message)));
                }

            default:
                return (null, Wrong(new FieldError("actor", "must be an id, or an object with id, properties and groups")));
        }
    }

    private static Problem Wrong(FieldError error) => Problems.Invalid("Correct the body and send it again.", error) with { Status = 400 };
}
