using System.Collections.Frozen;
using System.Text.Json;
using Flags.Core;

namespace Flags.Benchmarks;

/// <summary>
/// What a check costs, beside the look-up of a name in a <see cref="FrozenDictionary{TKey, TValue}"/>, below which no check by name can be.
/// </summary>
internal static class EvaluationBenchmark
{
    // A power of two: loops walk through as many names, so that nothing is found by the branch predictor alone.
    private const int Rotation = 16;

    private static readonly EvaluationContext _context = EvaluationContext.Default;
    // What is counted is kept, so that no loop is optimised away.
    private static volatile int _sink;

    public static void Run(bool quick)
    {
        var features = EvaluationFeatures.Create();
        var bare = features.ToFrozenDictionary(feature => feature.Name, StringComparer.Ordinal);
        var snapshot = Snapshot.Create(1, 1, features);
        var figures = Measurement.Run(Floor(bare), [.. ById(snapshot), .. ByActor(snapshot), .. Changes(snapshot)], quick);
        Measurement.Print($"{snapshot.Count} features", figures);
    }

    internal static Subject Floor(FrozenDictionary<string, CompiledFeature> bare)
    {
        var names = Names("boolean");
        return new("the bare look-up of a name", count =>
        {
            var on = 0;
            for (var i = 0; i < count; i++)
            {
                if (bare.TryGetValue(names[i & (Rotation - 1)], out var feature) && feature.Held)
                    on++;
            }
            _sink = on;
        });
    }

    private static IEnumerable<Subject> ById(Snapshot snapshot)
    {
        var ids = Enumerable.Range(0, Rotation).Select(i => $"550e8400-e29b-41d4-a716-4466554400{i:00}").ToArray();
        var shortIds = ids.Select((_, i) => $"User;{i * 71}").ToArray();
        var unicode = ids.Select(id => "Üç-" + id[3..]).ToArray();
        var handles = Names("boolean").Select(name => snapshot.Find(name)!).ToArray();
        yield return new("boolean, by name", Nobody(snapshot, "boolean"));
        yield return new("boolean, prepared feature", count =>
        {
            var on = 0;
            for (var i = 0; i < count; i++)
                on += snapshot.IsEnabled(handles[i & (Rotation - 1)], _context) ? 1 : 0;
            _sink = on;
        });
        yield return new("% of time, by name", Nobody(snapshot, "time"));
        yield return new("% of actors, id of 36 characters", One(snapshot, "share", ids));
        yield return new("% of actors, id of 36 characters, prepared feature", Prepared(snapshot, "share", ids));
        yield return new("% of actors, id of 6 to 9 characters", One(snapshot, "share", shortIds));
        yield return new("% of actors, id with two letters beyond ASCII", One(snapshot, "share", unicode));
        yield return new("% of actors, id of 3 KB", One(snapshot, "share", [.. ids.Select(id => string.Concat(Enumerable.Repeat(id, 85)))]));
        yield return new("one of 1 000 actors", One(snapshot, "listed", [.. shortIds.Select((_, i) => $"Actor;{i * 60}")]));
        yield return new("none of 1 000 actors", One(snapshot, "listed", ids));
    }

    private static IEnumerable<Subject> ByActor(Snapshot snapshot)
    {
        var properties = JsonDocument.Parse("""{"plan":"pro","age":42,"groups":["staff","admins"]}""").RootElement
            .EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        Actor[] one = [new("User;1", properties)];
        Actor[] three = [.. one, new("Org;7"), new("Team;3")];
        yield return new("% of actors, three actors together", Many(snapshot, "share", three));
        yield return new("groups, by the property of an actor", Many(snapshot, "group", one));
        yield return new("""expression: plan is "pro" """.TrimEnd(), Many(snapshot, "plan", one));
        yield return new("""expression: plan is "pro" and age is at least 21""", Many(snapshot, "rule", one));
        yield return new("expression: feature \"…\" is on", Many(snapshot, "chain", one));
    }

    private static IEnumerable<Subject> Changes(Snapshot snapshot)
    {
        var name = Names("plan")[0];
        var gates = snapshot.Find(name)!.Gates;
        yield return new("one of all features changed", count =>
        {
            var on = 0;
            for (var i = 0; i < count; i++)
                on += snapshot.With(1, 2, [CompiledFeature.Compile(name, gates, held: false, 2)], []).Count;
            _sink = on;
        });
    }

    private static Action<int> Nobody(Snapshot snapshot, string kind)
    {
        var names = Names(kind);
        return count =>
        {
            var on = 0;
            for (var i = 0; i < count; i++)
                on += snapshot.IsEnabled(names[i & (Rotation - 1)], _context) ? 1 : 0;
            _sink = on;
        };
    }

    private static Action<int> One(Snapshot snapshot, string kind, string[] ids)
    {
        var names = Names(kind);
        return count =>
        {
            var on = 0;
            for (var i = 0; i < count; i++)
                on += snapshot.IsEnabled(names[i & (Rotation - 1)], ids[i & (Rotation - 1)], _context) ? 1 : 0;
            _sink = on;
        };
    }

    private static Action<int> Prepared(Snapshot snapshot, string kind, string[] ids)
    {
        var handles = Names(kind).Select(name => snapshot.Find(name)!).ToArray();
        return count =>
        {
            var on = 0;
            for (var i = 0; i < count; i++)
                on += snapshot.IsEnabled(handles[i & (Rotation - 1)], ids[i & (Rotation - 1)], _context) ? 1 : 0;
            _sink = on;
        };
    }

    private static Action<int> Many(Snapshot snapshot, string kind, Actor[] actors)
    {
        var names = Names(kind);
        return count =>
        {
            var on = 0;
            for (var i = 0; i < count; i++)
                on += snapshot.Evaluate(names[i & (Rotation - 1)], actors, _context).Enabled ? 1 : 0;
            _sink = on;
        };
    }

    internal static string[] Names(string kind) => [.. Enumerable.Range(0, Rotation).Select(i => EvaluationFeatures.Name(kind, i * 7))];
}
