using System.Diagnostics.CodeAnalysis;

namespace Flags.Api;

/// <summary>What a name in a query stands for.</summary>
internal enum RackShape
{
    Scalar,
    List,
    Map,
}

/// <summary>One value as it was sent, and decoded; null without an equals sign, or when it is no UTF-8.</summary>
internal readonly record struct RackValue(string Raw, string? Text, bool IsUnreadable);

/// <summary>All values of one name, in their order.</summary>
internal sealed record RackParameter(RackShape Shape, List<RackValue> Values);

/// <summary>Queries and forms as Rack reads them, which is what Ruby clients and their users rely on.</summary>
internal sealed class RackQuery
{
    private const int Deepest = 100;

    private readonly Dictionary<string, RackParameter> parameters = new(StringComparer.Ordinal);

    public static RackQuery Empty { get; } = new();

    public IEnumerable<KeyValuePair<string, RackParameter>> Parameters => parameters;

    /// <summary>For reads: they never fail, so a query that cannot be read counts as absent.</summary>
    public static RackQuery OfRead(string query) => TryParse(query, ['&', ';'], out RackQuery? parsed) ? parsed : Empty;

    /// <summary>For writes and forms: false when anything in it cannot be read.</summary>
    public static bool TryParse(string query, [NotNullWhen(true)] out RackQuery? parsed) =>
        TryParse(query, ['&'], out parsed) && parsed.parameters.Values.All(p => p.Values.All(v => !v.IsUnreadable));

    /// <summary>The values of a name, if it has that shape and all of them are readable; else null.</summary>
    public IReadOnlyList<RackValue>? Find(string name, RackShape shape) =>
        parameters.TryGetValue(name, out RackParameter? found) && found.Shape == shape && found.Values.All(value => !value.IsUnreadable) ? found.Values : null;

    /// <summary>A word that is <c>true</c> in any case; of several the last counts.</summary>
    public bool IsTrue(string name) => string.Equals(Find(name, RackShape.Scalar)?[^1].Text, "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Percent-decodes; null when it is no UTF-8. False for a bad escape.</summary>
    public static bool TryDecode(string raw, out string? text)
    {
        text = null;
        if (!HasGoodEscapes(raw))
            return false;
        text = RawName.TryDecode(raw.Replace('+', ' '), out string? decoded) ? decoded : null;
        return true;
    }

    private static bool TryParse(string query, char[] separators, [NotNullWhen(true)] out RackQuery? parsed)
    {
        parsed = null;
        var read = new RackQuery();
        foreach (string part in query.Split(separators, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!read.TryAdd(part))
                return false;
        }

        parsed = read;
        return true;
    }

    private bool TryAdd(string part)
    {
        int equals = part.IndexOf('=');
        string rawName = equals < 0 ? part : part[..equals], raw = equals < 0 ? "" : part[(equals + 1)..];
        if (!TryDecode(rawName, out string? name) || name is null || !TryDecode(raw, out string? text))
            return false;
        (string key, RackShape shape, int depth) = Shape(name);
        if (depth > Deepest)
            return false;
        if (key.Length == 0)
            return true;
        if (!parameters.TryGetValue(key, out RackParameter? parameter))
            parameters.Add(key, parameter = new RackParameter(shape, []));
        if (parameter.Shape != shape)
            return false;
        // Bare keys[] is an empty list.
        if (equals >= 0 || shape != RackShape.List)
            parameter.Values.Add(new RackValue(raw, equals < 0 ? null : text, text is null));
        return true;
    }

    /// <summary><c>a</c>, <c>a[]</c>, <c>a[b]</c>, by Rack's rules for what is between and around the brackets.</summary>
    private static (string Key, RackShape Shape, int Depth) Shape(string name)
    {
        int start = name.AsSpan().IndexOfAnyExcept('[', ']');
        if (start < 0)
            return ("", RackShape.Scalar, 0);
        int length = name.AsSpan(start).IndexOfAny('[', ']');
        if (length < 0)
            return (name[start..], RackShape.Scalar, 0);
        string key = name.Substring(start, length), after = name[(start + length)..].TrimStart(']');
        RackShape shape = after.Length == 0 ? RackShape.Scalar : after.StartsWith("[]", StringComparison.Ordinal) ? RackShape.List : RackShape.Map;
        return after == "[" ? (name, RackShape.Scalar, 0) : (key, shape, after.Count(c => c == '['));
    }

    private static bool HasGoodEscapes(string raw)
    {
        for (int at = raw.IndexOf('%'); at >= 0; at = raw.IndexOf('%', at + 3))
        {
            if (at + 2 >= raw.Length || !char.IsAsciiHexDigit(raw[at + 1]) || !char.IsAsciiHexDigit(raw[at + 2]))
                return false;
        }

        return true;
    }
}
