using System.Text.Json;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Writes of features.</summary>
internal static class FeatureWrites
{
    public static void MapFeatureWrites(this IEndpointRouteBuilder api)
    {
        api.MapPost("/features", CreateAsync).Needs(Permissions.Write).Accepts<CreateFeature>("application/json").Produces<Feature>(201).WithName("createFeature").WithSummary("Create a feature");
        api.MapPatch("/features/{name}", PatchAsync).Needs(Permissions.Write).Accepts<FeaturePatch>("application/json", "application/merge-patch+json").Produces<Feature>().WithName("patchFeature").WithSummary("Change description, tags, owner, limit, protection, expiry date");
        api.MapDelete("/features/{name}", DeleteAsync).Needs(Permissions.Write).Produces(204).WithName("deleteFeature").WithSummary("Delete a feature; revert brings it back");
        api.MapPost("/features/{name}/enable", EnableAsync).Needs(Permissions.Write).Accepts<ReasonBody>(true, "application/json").Produces<Feature>().WithName("enableFeature").WithSummary("On for everyone; clears the other gates, not the deny lists");
        api.MapPost("/features/{name}/disable", DisableAsync).Needs(Permissions.Write).Accepts<ReasonBody>(true, "application/json").Produces<Feature>().WithName("disableFeature").WithSummary("Off; clears the other gates, not the deny lists");
        api.MapPatch("/features/{name}/gates", PatchGatesAsync).Needs(Permissions.Write).Accepts<GatesPatch>("application/json", "application/merge-patch+json").Produces<Feature>().WithName("patchGates").WithSummary("Add, remove and set single gates");
        api.MapPut("/features/{name}/gates", PutGatesAsync).Needs(Permissions.Write).Accepts<Gates>("application/json").Produces<Feature>().WithName("putGates").WithSummary("Set all gates at once");
        api.MapPost("/features/{name}/revert", RevertAsync).Needs(Permissions.Write).Accepts<RevertFeature>("application/json").Produces<Feature>().WithName("revertFeature").WithSummary("Back to an earlier version");
        api.MapPost("/import", ImportAsync).Needs(Permissions.Admin).Accepts<ExportBody>("application/json").Produces<ImportAnswer>().WithName("import").WithSummary("Import an export of Flags or of Flipper")
            .Takes(new QueryParameter("mode", "merge (default) keeps features that the import does not name; replace deletes them."), new QueryParameter("dryRun", "true: answers the difference and changes nothing."));
    }

    private static async Task<IResult> CreateAsync(HttpContext context, FeatureStore store)
    {
        (CreateFeature? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.CreateFeature);
        if (problem is not null || !Preconditions.TryRead(context.Request, null, out WriteOptions options, out problem))
            return ProblemResult.Of(problem!);
        return await store.CreateAsync(context.Caller(), body!, options, context.RequestAborted) switch
        {
            Written written => Answer.Feature(written.Stored, 201, $"{context.Request.PathBase}/api/v1/features/{Uri.EscapeDataString(written.Stored.Feature.Name)}"),
            Refused no => ProblemResult.Of(no.Problem),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }

    private static async Task<IResult> PatchAsync(HttpContext context, FeatureStore store)
    {
        (FeaturePatch? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.FeaturePatch);
        return problem is not null ? ProblemResult.Of(problem) : await FeatureRequest.WriteAsync(context, null,
            (name, options) => store.PatchAsync(context.Caller(), name, body!, options, context.RequestAborted));
    }

    private static Task<IResult> DeleteAsync(HttpContext context, FeatureStore store) => FeatureRequest.WriteAsync(context, null,
        (name, options) => store.DeleteAsync(context.Caller(), name, options, context.RequestAborted), _ => Answer.NoContent);

    private static Task<IResult> EnableAsync(HttpContext context, FeatureStore store) =>
        SwitchAsync(context, (name, options) => store.EnableAsync(context.Caller(), name, options, context.RequestAborted));

    private static Task<IResult> DisableAsync(HttpContext context, FeatureStore store) =>
        SwitchAsync(context, (name, options) => store.DisableAsync(context.Caller(), name, options, context.RequestAborted));

    private static async Task<IResult> SwitchAsync(HttpContext context, Func<string, WriteOptions, Task<WriteResult>> write)
    {
        (ReasonBody? body, Problem? problem) = await Body.ReadOptionalAsync(context, StrictJson.Context.ReasonBody, new ReasonBody());
        return problem is not null ? ProblemResult.Of(problem) : await FeatureRequest.WriteAsync(context, body!.Reason, write);
    }

    private static async Task<IResult> PatchGatesAsync(HttpContext context, FeatureStore store)
    {
        (GatesPatch? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.GatesPatch, Body.Gates);
        return problem is not null ? ProblemResult.Of(problem) : await FeatureRequest.WriteAsync(context, null,
            (name, options) => store.PatchGatesAsync(context.Caller(), name, body!, options, context.RequestAborted));
    }

    private static async Task<IResult> PutGatesAsync(HttpContext context, FeatureStore store)
    {
        (Gates? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.Gates, Body.Gates);
        return problem is not null ? ProblemResult.Of(problem) : await FeatureRequest.WriteAsync(context, null,
            (name, options) => store.PutGatesAsync(context.Caller(), name, body!, options, context.RequestAborted));
    }

    private static async Task<IResult> RevertAsync(HttpContext context, FeatureStore store)
    {
        (RevertFeature? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.RevertFeature);
        return problem is not null ? ProblemResult.Of(problem) : await FeatureRequest.WriteAsync(context, body!.Reason,
            (name, options) => store.RevertAsync(context.Caller(), name, body.Version, options, context.RequestAborted));
    }

    private static async Task<IResult> ImportAsync(HttpContext context, FeatureImport import)
    {
        var errors = new List<FieldError>();
        bool dryRun = Query.Flag(context.Request, "dryRun", errors);
        string mode = context.Request.Query["mode"].ToString();
        if (mode is not ("" or "merge" or "replace"))
            errors.Add(new("mode", "must be merge or replace"));
        if (errors.Count > 0)
            return Query.Refuse(errors);
        (JsonDocument? body, Problem? problem) = await Body.ReadDocumentAsync(context, Body.Import);
        using JsonDocument? document = body;
        if (problem is not null || !Preconditions.TryRead(context.Request, null, out WriteOptions options, out problem))
            return ProblemResult.Of(problem!);
        ImportMode how = mode == "replace" ? ImportMode.Replace : ImportMode.Merge;
        return await import.RunAsync(context.Caller(), document!.RootElement, how, dryRun, options, context.RequestAborted) switch
        {
            ImportDone done => new JsonResult<ImportAnswer>(done.Answer, FlagsJson.Relaxed.ImportAnswer),
            ImportRefused no => ProblemResult.Of(no.Problem),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }
}
