using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Reads of Flipper's API. A held feature is shown with nothing set, which is the only way to say off to clients that evaluate by themselves.</summary>
internal sealed class FlipperReads(WireOptions options, FeatureCache cache, EvaluationContext evaluation, UsageStore usage)
{
    /// <summary>Whole lists, made once a version, key pattern and detail, however many clients poll.</summary>
    private static readonly ConditionalWeakTable<FeatureSet, ConcurrentDictionary<(string?, FlipperDetail, bool), FlipperBody>> Lists = [];

    public async Task ListAsync(HttpContext context, FlipperTarget target)
    {
        RackQuery query = RackQuery.OfRead(target.Query);
        FeatureSet set = await context.FeaturesAsync(cache);
        Caller caller = context.Caller();
        FlipperDetail detail = Detail(query, query.IsTrue("exclude_gate_names"));
        bool stored = query.IsTrue("stored");
        FlipperBody body = Keys(query, set) is { } keys
            ? List(keys.Select(set.Find).OfType<StoredFeature>().Where(f => caller.Sees(f.Feature.Name)), detail, stored)
            : Lists.GetOrCreateValue(set).GetOrAdd((caller.Pattern, detail, stored), _ => List(set.Features.Where(f => caller.Sees(f.Feature.Name)), detail, stored));
        HttpResponse response = context.Response;
        response.Headers["flipper-sync-version"] = SyncVersion(set).ToString(CultureInfo.InvariantCulture);
        if (options.PollInterval is { } seconds)
            response.Headers["poll-interval"] = seconds.ToString(CultureInfo.InvariantCulture);
        FlipperAnswer.TellHeld(context, body.Held);
        await FlipperAnswer.WriteTaggedAsync(context, body);
    }

    public static async Task OneAsync(HttpContext context, FlipperTarget target)
    {
        RackQuery query = RackQuery.OfRead(target.Query);
        if ((await context.FeaturesAsync()).Find(target.Name) is not { } feature)
        {
            await FlipperAnswer.RefuseAsync(context, FlipperError.NotFound);
            return;
        }

        var json = new StringBuilder();
        bool stored = query.IsTrue("stored");
        FlipperText.AppendFeature(json, target.Name, Shown(feature, stored), Detail(query, excludeNames: false));
        FlipperBody body = FlipperBody.Of(json, feature.Feature.Held ? [target.Name] : []);
        FlipperAnswer.TellHeld(context, body.Held);
        await FlipperAnswer.WriteTaggedAsync(context, body);
    }

    /// <summary>Which features are on for an actor of that id, without properties and in no group.</summary>
    public async Task ActorAsync(HttpContext context, FlipperTarget target)
    {
        FeatureSet set = await context.FeaturesAsync();
        Caller caller = context.Caller();
        string[]? asked = RackQuery.OfRead(target.Query).Find("keys", RackShape.Scalar)?[^1].Text is { } text ? SplitKeys(text) : null;
        if (asked?.FirstOrDefault(name => !caller.Sees(name)) is { } hidden)
        {
            await FlipperAnswer.RefuseAsync(context, FlipperError.Of(Problems.OutsidePattern(caller, hidden)));
            return;
        }

        var json = new StringBuilder("{\"flipper_id\":");
        JsonText.AppendString(json, target.Name);
        json.Append(",\"features\":{");
        Actor[] actors = [new Actor(target.Name)];
        foreach (string name in asked ?? set.Features.Select(f => f.Feature.Name).Where(caller.Sees))
        {
            bool on = set.Snapshot.Evaluate(name, actors, evaluation).Enabled;
            if (asked is not null)
                usage.Add(name, on ? 1 : 0, on ? 0 : 1, caller.Name);
            if (json[^1] == '}')
                json.Append(',');
            JsonText.AppendString(json, name);
            json.Append(on ? ":{\"enabled\":true}" : ":{\"enabled\":false}");
        }

        await FlipperAnswer.WriteAsync(context, json.Append("}}"));
    }

    /// <summary>
    /// Coming clients skip a list whose number is not larger than theirs. A generation's number is greater than that of any version of an earlier
    /// one, whatever version a restored database begins with: 32 bits of seconds, 31 bits of versions.
    /// </summary>
    internal static long SyncVersion(FeatureSet set) => (set.Generation << 31) + set.Version;

    private static FlipperDetail Detail(RackQuery query, bool excludeNames) => new(!query.IsTrue("exclude_gates"), !excludeNames);

    private static FlipperBody List(IEnumerable<StoredFeature> features, FlipperDetail detail, bool stored)
    {
        var json = new StringBuilder("{\"features\":[");
        var held = new List<string>();
        foreach (StoredFeature feature in features)
        {
            if (json[^1] == '}')
                json.Append(',');
            FlipperText.AppendFeature(json, feature.Feature.Name, Shown(feature, stored), detail);
            if (feature.Feature.Held)
                held.Add(feature.Feature.Name);
        }

        return FlipperBody.Of(json.Append("]}"), held);
    }

    private static Gates Shown(StoredFeature feature, bool stored) => feature.Feature.Held && !stored ? Gates.Empty : feature.Feature.Gates;

    /// <summary>The names asked for, in their order; null for all.</summary>
    private static List<string>? Keys(RackQuery query, FeatureSet set)
    {
        if (query.Find("keys", RackShape.List) is { } list)
            return [.. list.Select(value => value.Text ?? "")];
        if (query.Find("keys", RackShape.Scalar) is not { } texts)
            return null;
        var names = new List<string>();
        foreach (RackValue value in texts)
        {
            // Commas as they are part names; an encoded one may be in a name.
            if (value.Raw.Contains(',', StringComparison.Ordinal))
                names.AddRange(value.Raw.Split(',').Select(part => RackQuery.TryDecode(part, out string? name) ? name ?? "" : ""));
            else if (value.Text is { } text)
                names.AddRange(set.Find(text) is null ? text.Split(',') : [text]);
        }

        return names;
    }

    /// <summary>As Ruby splits: empty parts at the end are dropped; a name once.</summary>
    private static string[] SplitKeys(string text)
    {
        List<string> names = [.. text.Split(',')];
        while (names.Count > 0 && names[^1].Length == 0)
            names.RemoveAt(names.Count - 1);
        return [.. names.Distinct(StringComparer.Ordinal)];
    }
}
