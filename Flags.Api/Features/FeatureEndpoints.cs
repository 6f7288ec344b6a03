using System.Text;
using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.WebUtilities;

namespace Flags.Api;

/// <summary>Reads of features.</summary>
internal static class FeatureEndpoints
{
    private static readonly string[] States = ["on", "off", "conditional", "held"];

    public static void MapFeatureReads(this IEndpointRouteBuilder api)
    {
        api.MapRead("/features", ListAsync).Needs(Permissions.Read).Produces<FeatureList>().WithName("listFeatures").WithSummary("All features, a page at a time")
            .Takes(new QueryParameter("search", "A part of the name or description, in any case."), new QueryParameter("tag", "Only features with this tag."), new QueryParameter("state", "on, off, conditional or held."), QueryParameter.Limit, QueryParameter.Cursor);
        api.MapRead("/features/{name}", GetAsync).Needs(Permissions.Read).Produces<Feature>().WithName("getFeature").WithSummary("One feature, with its ETag");
        api.MapRead("/features/{name}/history", HistoryAsync).Needs(Permissions.Read).Produces<HistoryList>().WithName("getHistory").WithSummary("Who changed what, when and why").Takes(QueryParameter.Limit, QueryParameter.Cursor);
        api.MapRead("/features/{name}/usage", UsageAsync).Needs(Permissions.Read).Produces<UsageInfo>().WithName("getUsage").WithSummary("How often it is asked");
        api.MapRead("/export", ExportAsync).Needs(Permissions.Read).Produces<ExportBody>().WithName("export").WithSummary("All features, for an import elsewhere");
    }

    private static async Task<IResult> ListAsync(HttpContext context)
    {
        var errors = new List<FieldError>();
        HttpRequest request = context.Request;
        int limit = Query.Limit(request, errors);
        string? after = null;
        string cursor = request.Query["cursor"].ToString(), state = request.Query["state"].ToString();
        if (cursor.Length > 0 && !TryReadCursor(cursor, out after))
            errors.Add(new("cursor", "must be the nextCursor of the page before"));
        if (state.Length > 0 && !States.Contains(state))
            errors.Add(new("state", $"must be one of {string.Join(", ", States)}"));
        if (errors.Count > 0)
            return Query.Refuse(errors);
        FeatureSet set = await context.FeaturesAsync();
        Caller caller = context.Caller();
        Feature[] matching = [.. FeatureSearch.Find(set, request.Query["search"], request.Query["tag"], state).Where(f => caller.Sees(f.Name))];
        Feature[] page = [.. matching.Where(f => after is null || Utf8Order.Instance.Compare(f.Name, after) > 0).Take(limit + 1)];
        string? next = page.Length > limit ? WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(page[limit - 1].Name)) : null;
        return new JsonResult<FeatureList>(new FeatureList(page.Length > limit ? page[..limit] : page, matching.Length, next), FlagsJson.Relaxed.FeatureList)
        {
            ETag = ETags.Of(set, caller.Pattern),
            Link = Query.Next(request, next),
        };
    }

    private static async Task<IResult> GetAsync(HttpContext context)
    {
        if (FeatureRequest.Name(context, out string name) is { } refused)
            return refused;
        return (await context.FeaturesAsync()).Find(name) is { } stored ? Answer.Feature(stored) : ProblemResult.Of(Problems.NotFound(name));
    }

    private static async Task<IResult> HistoryAsync(HttpContext context, FeatureHistory history)
    {
        if (FeatureRequest.Name(context, out string name) is { } refused)
            return refused;
        var errors = new List<FieldError>();
        int limit = Query.Limit(context.Request, errors);
        long? before = Query.Cursor(context.Request, errors);
        if (errors.Count > 0)
            return Query.Refuse(errors);
        HistoryList? list = await history.ListAsync(name, before, limit, context.RequestAborted);
        return list is null
            ? ProblemResult.Of(Problems.NotFound(name))
            : new JsonResult<HistoryList>(list, FlagsJson.Relaxed.HistoryList) { Link = Query.Next(context.Request, list.NextCursor) };
    }

    private static async Task<IResult> UsageAsync(HttpContext context, UsageStore usage)
    {
        if (FeatureRequest.Name(context, out string name) is { } refused)
            return refused;
        return (await context.FeaturesAsync()).Find(name) is null
            ? ProblemResult.Of(Problems.NotFound(name))
            : new JsonResult<UsageInfo>(await usage.FindAsync(name, context.RequestAborted), FlagsJson.Relaxed.UsageInfo);
    }

    private static async Task<IResult> ExportAsync(HttpContext context)
    {
        FeatureSet set = await context.FeaturesAsync();
        Caller caller = context.Caller();
        ExportedFeature[] features = [.. set.Features.Select(f => f.Feature).Where(f => caller.Sees(f.Name)).Select(f => new ExportedFeature
        {
            Name = f.Name, Description = f.Description, Tags = f.Tags, Owner = f.Owner, Limit = f.Limit, Protected = f.Protected, ExpiresAt = f.ExpiresAt, Gates = f.Gates,
        })];
        return new JsonResult<ExportBody>(new ExportBody("flags", 1, features), FlagsJson.Relaxed.ExportBody) { ETag = ETags.Of(set, caller.Pattern) };
    }

    private static bool TryReadCursor(string cursor, out string? after)
    {
        after = null;
        try
        {
            after = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(cursor));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
