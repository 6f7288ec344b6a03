using System.Globalization;

namespace Flags.Api;

/// <summary>Configuration of the wires that others defined: Flipper's API and OFREP.</summary>
internal sealed record WireOptions
{
    /// <summary>Groups that Flipper's API knows by name (<c>Flags:Groups</c>, a list or a text with commas); others need <c>allow_unregistered_groups</c>.</summary>
    public required IReadOnlySet<string> Groups { get; init; }

    /// <summary>Seconds between two polls, as Flipper's clients are asked (<c>Flags:Flipper:PollInterval</c>, at least 10); null leaves it to them.</summary>
    public int? PollInterval { get; init; }

    /// <summary>Web pages that may call OFREP (<c>Flags:Cors:Origins</c>); <c>*</c> is any.</summary>
    public required IReadOnlySet<string> Origins { get; init; }

    /// <summary>OFREP calls a second that one key may make from one address (<c>Flags:Ofrep:CallsPerSecond</c>); null means any number.</summary>
    public int? CallsPerSecond { get; init; }

    public static WireOptions Read(IConfiguration configuration)
    {
        IReadOnlySet<string> origins = List(configuration, "Flags:Cors:Origins");
        if (origins.FirstOrDefault(origin => origin != "*" && !IsOrigin(origin)) is { } wrong)
            throw new StartupException($"Flags__Cors__Origins has \"{wrong}\", which is no origin. Set it to something like https://app.example.org, without a path.");
        return new WireOptions
        {
            Groups = List(configuration, "Flags:Groups"),
            PollInterval = Number(configuration, "Flags:Flipper:PollInterval", 10, 86_400),
            Origins = origins,
            CallsPerSecond = Number(configuration, "Flags:Ofrep:CallsPerSecond", 1, 1_000_000),
        };
    }

    private static HashSet<string> List(IConfiguration configuration, string key)
    {
        IConfigurationSection section = configuration.GetSection(key);
        IEnumerable<string?> texts = section.GetChildren().Select(child => child.Value).Concat((section.Value ?? "").Split(','));
        return texts.Select(text => text?.Trim() ?? "").Where(text => text.Length > 0).ToHashSet(StringComparer.Ordinal);
    }

    private static int? Number(IConfiguration configuration, string key, int least, int most)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number
            : throw new StartupException($"{key.Replace(":", "__", StringComparison.Ordinal)} is \"{text}\". Set it to a number from {least} to {most}.");
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text;
}
