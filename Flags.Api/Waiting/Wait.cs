using System.Globalization;
using Flags.Core;

namespace Flags.Api;

/// <summary>How long a caller wants to wait, and with which status it wants to be turned away.</summary>
/// <param name="Patience">At most <see cref="Longest"/>; zero does not wait.</param>
/// <param name="Refusal">423, or 429, which <c>curl --retry</c> repeats by itself.</param>
internal readonly record struct Wait(TimeSpan Patience, int Refusal)
{
    /// <summary>Below the minute after which proxies end a silent connection.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(55);

    /// <summary>Reads <c>wait</c>, <c>Prefer: wait=</c> and <c>refuse</c>; what is longer than <see cref="Longest"/> is cut to it.</summary>
    /// <param name="context">The call.</param>
    /// <param name="wait">What was read.</param>
    /// <param name="waits">Whether the route waits at all; otherwise only <c>refuse</c> is read.</param>
    public static IResult? Read(HttpContext context, out Wait wait, bool waits = true)
    {
        var errors = new List<FieldError>();
        HttpRequest request = context.Request;
        TimeSpan patience = TimeSpan.Zero;
        if (waits && request.Query.TryGetValue("wait", out var text))
        {
            if (Duration.TryParse(text, out Duration asked))
                patience = Cap(asked.Value);
            else
                errors.Add(new("wait", Duration.Expected));
        }
        else if (waits && Preferred(request) is { } preferred)
        {
            patience = Cap(preferred);
            context.Response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={patience.TotalSeconds}");
        }

        string refuse = request.Query["refuse"].ToString();
        if (refuse is not ("" or "423" or "429"))
            errors.Add(new("refuse", "must be 423 or 429"));
        wait = new Wait(patience, refuse == "429" ? 429 : 423);
        return errors.Count > 0 ? Query.Refuse(errors) : null;
    }

    /// <summary>A closed answer, with the status that was asked for.</summary>
    public IResult Closed(Problem problem) => ProblemResult.Of(problem.Status == 423 ? problem with { Status = Refusal } : problem);

    private static TimeSpan Cap(TimeSpan asked) => asked < Longest ? asked : Longest;

    /// <summary>A preference that cannot be read is no error (RFC 7240).</summary>
    private static TimeSpan? Preferred(HttpRequest request)
    {
        foreach (string preference in request.Headers["Prefer"].ToString().Split(',', ';').Select(part => part.Trim()))
        {
            if (preference.StartsWith("wait=", StringComparison.OrdinalIgnoreCase) && Duration.TryParse(preference["wait=".Length..].Trim('"'), out Duration asked))
                return asked.Value;
        }

        return null;
    }
}
