using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Flags.Core;

/// <summary>A length of time in a request: <c>"30m"</c>, <c>"90s"</c>, <c>"500ms"</c>, <c>"1h30m"</c>, <c>"7d"</c> or a plain number of seconds.</summary>
/// <param name="Value">The length; never negative.</param>
[JsonConverter(typeof(DurationConverter))]
public readonly partial record struct Duration(TimeSpan Value)
{
    /// <summary>What a refused duration is told.</summary>
    public const string Expected = "must be a duration such as \"30m\", \"90s\", \"500ms\", \"1h30m\" or a number of seconds";

    /// <summary>Reads the text form, at most 64 characters.</summary>
    /// <returns>False when it is none of the forms, negative, or longer than 10 years.</returns>
    public static bool TryParse(string? text, out Duration duration)
    {
        duration = default;
        if (string.IsNullOrEmpty(text) || text.Length > 64)
            return false;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double plain))
            return TryFromSeconds(plain, out duration);
        Match match = Parts().Match(text);
        if (!match.Success)
            return false;
        double seconds = 0;
        ReadOnlySpan<double> units = [86_400, 3_600, 60, 1, 0.001];
        for (int i = 0; i < units.Length; i++)
        {
            if (match.Groups[i + 1] is { Success: true } part)
                seconds += double.Parse(part.ValueSpan, CultureInfo.InvariantCulture) * units[i];
        }

        return TryFromSeconds(seconds, out duration);
    }

    /// <summary>A number of seconds, 0 to 10 years.</summary>
    public static bool TryFromSeconds(double seconds, out Duration duration)
    {
        bool fits = seconds is >= 0 and <= 315_360_000;
        duration = fits ? new Duration(TimeSpan.FromMilliseconds(Math.Round(seconds * 1000))) : default;
        return fits;
    }

    /// <summary>The plain number of seconds, which every reader accepts; without an exponent, which none does.</summary>
    public override string ToString() => Value.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?=.)(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}

/// <summary>JSON form of <see cref="Duration"/>: reads text or a number, writes a number of seconds.</summary>
public sealed class DurationConverter : JsonConverter<Duration>
{
    /// <inheritdoc/>
    public override Duration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Duration duration;
        bool read = reader.TokenType switch
        {
            JsonTokenType.String => Duration.TryParse(reader.GetString(), out duration),
            JsonTokenType.Number => Duration.TryFromSeconds(reader.GetDouble(), out duration),
            _ => Duration.TryParse(null, out duration),
        };
        return read ? duration : throw new JsonException(Duration.Expected);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Duration value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value.TotalSeconds);
}
