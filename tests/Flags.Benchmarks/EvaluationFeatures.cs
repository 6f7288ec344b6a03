using Flags.Core;

namespace Flags.Benchmarks;

/// <summary>A store as large as the largest that we know of: 5 000 features, one kind of gate each.</summary>
internal static class EvaluationFeatures
{
    private static readonly string[] _areas = ["search", "billing", "checkout", "jobs", "new_ui", "mail_delivery", "reports"];

    /// <summary>A new string each time, as in a program whose names are not those that came over the wire.</summary>
    public static string Name(string kind, int number) => $"{_areas[number % _areas.Length]}_{kind}_{number}";

    public static CompiledFeature[] Create() =>
    [
        .. Kinds().SelectMany(kind => Enumerable.Range(0, 625).Select(i => CompiledFeature.Compile(Name(kind.Name, i), kind.Gates(i), held: false, i))),
    ];

    private static IEnumerable<(string Name, Func<int, Gates> Gates)> Kinds()
    {
        yield return ("boolean", _ => new Gates { Boolean = true });
        yield return ("time", _ => new Gates { PercentageOfTime = Percentage.FromStored("25") });
        yield return ("share", _ => new Gates { PercentageOfActors = Percentage.FromStored("25") });
        yield return ("listed", i => new Gates { Actors = [.. Enumerable.Range(0, i < 112 ? 1000 : 10).Select(id => $"Actor;{id}")] });
        yield return ("group", _ => new Gates { Groups = ["admins"] });
        yield return ("plan", _ => Rule("""{"Equal":[{"Property":["plan"]},"pro"]}"""));
        yield return ("rule", _ => Rule("""{"All":[{"Equal":[{"Property":["plan"]},"pro"]},{"GreaterThanOrEqualTo":[{"Property":["age"]},21]}]}"""));
        yield return ("chain", i => Rule($$"""{"FeatureEnabled":["{{Name("rule", i)}}"]}"""));
    }

    private static Gates Rule(string json) => new() { Expression = Expression.FromStored(json) };
}
