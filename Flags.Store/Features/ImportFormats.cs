using System.Text.Json;
using Flags.Core;

namespace Flags.Store;

/// <summary>What one feature of an import becomes, given what it is now.</summary>
/// <param name="Name">The feature.</param>
/// <param name="Apply">Puts the file's values over those of now.</param>
/// <param name="Whole">Whether the file has all there is to a feature, so that an import that replaces keeps nothing of now.</param>
/// <param name="IsEmpty">Whether a file of Flipper's has the feature with nothing set.</param>
internal sealed record ImportedContent(string Name, Func<FeatureContent, FeatureContent> Apply, bool Whole, bool IsEmpty = false);

/// <summary>Reads our export and Flipper's (flipper-wire.md section 7); the first wrong place refuses all.</summary>
internal static class ImportFormats
{
    private static readonly HashSet<string> FlipperMembers =
        ["boolean", "expression", "actors", "percentage_of_actors", "percentage_of_time", "groups", "deny_actors", "deny_groups"];

    public static IReadOnlyList<ImportedContent> Read(JsonElement body, List<FieldError> errors)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("features", out JsonElement features))
            errors.Add(new("features", "is missing; send an export of Flags or of Flipper"));
        else if (features.ValueKind == JsonValueKind.Object)
            return ReadFlipper(body, features, errors);
        else if (features.ValueKind == JsonValueKind.Array)
            return FlipperList.Is(body, features) ? ReadFeatures(FlipperList.ToExport(features, errors), errors) : ReadOwn(body, errors);
        else
            errors.Add(new("features", "must be a list (Flags' export, or what Flipper's API lists) or an object (Flipper's export)"));
        return [];
    }

    /// <summary>Only Flipper's export; members beside <c>version</c> and <c>features</c> are passed over, as Flipper does.</summary>
    public static IReadOnlyList<ImportedContent> ReadFlipper(JsonElement body, List<FieldError> errors)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("features", out JsonElement features) || features.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new("features", "must be an object of features"));
            return [];
        }

        CheckVersion(body, errors);
        return ReadFeatures(features, errors);
    }

    private static List<ImportedContent> ReadOwn(JsonElement body, List<FieldError> errors)
    {
        ExportBody? export = null;
        try
        {
            export = body.Deserialize(StrictJson.Import.ExportBody);
        }
        catch (JsonException wrong)
        {
            errors.Add(StrictJson.Error(wrong, [], _ => null));
        }

        if (export is not null && (export.Format != "flags" || export.FormatVersion != 1))
            errors.Add(new("format", "must be \"flags\" with formatVersion 1"));
        if (export is not null && export.Features.Any(f => f is null))
            errors.Add(new("features", "must not have a null"));
        return errors.Count > 0 || export is null ? [] : [.. export.Features.Select(Own)];
    }

    private static ImportedContent Own(ExportedFeature feature) => new(feature.Name, before => before with
    {
        Exists = true,
        Description = feature.Description ?? before.Description,
        Tags = feature.Tags is { } tags ? Utf8Order.Normalize(tags) : before.Tags,
        Owner = feature.Owner ?? before.Owner,
        Limit = feature.Limit ?? before.Limit,
        Protected = feature.Protected ?? before.Protected,
        ExpiresAt = FeatureEdits.Milliseconds(feature.ExpiresAt) ?? before.ExpiresAt,
        Gates = FeatureEdits.Normalize(feature.Gates),
    }, Whole: true);

    private static List<ImportedContent> ReadFlipper(JsonElement body, JsonElement features, List<FieldError> errors)
    {
        foreach (JsonProperty member in body.EnumerateObject().Where(m => m.Name is not ("version" or "features")).Take(20))
            errors.Add(new(member.Name, "is not a member of an export; check the spelling"));
        CheckVersion(body, errors);
        CheckPercentages(features, errors);
        return ReadFeatures(features, errors);
    }

    /// <summary>Flipper reads a text without a digit as 0, and so does its route; here it is a mistake.</summary>
    private static void CheckPercentages(JsonElement features, List<FieldError> errors)
    {
        foreach (JsonProperty feature in features.EnumerateObject().Where(f => f.Value.ValueKind == JsonValueKind.Object))
        {
            IEnumerable<JsonProperty> wrong = feature.Value.EnumerateObject()
                .Where(gate => gate.Name is "percentage_of_actors" or "percentage_of_time" && gate.Value.ValueKind == JsonValueKind.String)
                .Where(gate => gate.Value.GetString() is { Length: > 0 } text && !text.Any(char.IsAsciiDigit));
            errors.AddRange(wrong.Take(20 - Math.Min(errors.Count, 20)).Select(gate => new FieldError($"features.{feature.Name}.{gate.Name}", "must be a number from 0 to 100")));
        }
    }

    private static void CheckVersion(JsonElement body, List<FieldError> errors)
    {
        if (body.TryGetProperty("version", out JsonElement version) && (version.ValueKind != JsonValueKind.Number || version.GetRawText() != "1"))
            errors.Add(new("version", "must be 1"));
    }

    private static List<ImportedContent> ReadFeatures(JsonElement features, List<FieldError> errors)
    {
        var read = new List<ImportedContent>();
        foreach (JsonProperty feature in features.EnumerateObject())
        {
            string path = $"features.{feature.Name}";
            if (feature.Value.ValueKind != JsonValueKind.Object)
                errors.Add(new(path, "must be an object of gates"));
            else
                read.Add(Flipper(feature.Name, path, feature.Value, errors));
            if (errors.Count >= 20)
                break;
        }

        return read;
    }

    private static ImportedContent Flipper(string name, string path, JsonElement gates, List<FieldError> errors)
    {
        foreach (JsonProperty member in gates.EnumerateObject())
        {
            // Losing a gate silently would be worse than refusing.
            if (!FlipperMembers.Contains(member.Name))
                errors.Add(new($"{path}.{member.Name}", "is no gate"));
        }

        var imported = new Gates
        {
            Boolean = gates.TryGetProperty("boolean", out JsonElement boolean) && FlipperValue.ToBoolean(boolean),
            Expression = ReadExpression(gates, path, errors),
            Actors = ReadSet(gates, "actors", path, errors) ?? [],
            PercentageOfActors = ReadPercentage(gates, "percentage_of_actors", path, errors),
            PercentageOfTime = ReadPercentage(gates, "percentage_of_time", path, errors),
            Groups = ReadSet(gates, "groups", path, errors) ?? [],
        };
        IReadOnlyList<string>? deniedActors = ReadSet(gates, "deny_actors", path, errors), deniedGroups = ReadSet(gates, "deny_groups", path, errors);
        return new ImportedContent(name, before => before with
        {
            Exists = true,
            Gates = imported with { DeniedActors = deniedActors ?? before.Gates.DeniedActors, DeniedGroups = deniedGroups ?? before.Gates.DeniedGroups },
        }, Whole: false, IsEmpty: imported.Equals(Gates.Empty));
    }

    private static IReadOnlyList<string>? ReadSet(JsonElement gates, string member, string path, List<FieldError> errors)
    {
        if (!gates.TryGetProperty(member, out JsonElement set) || set.ValueKind == JsonValueKind.Null)
            return null;
        if (set.ValueKind == JsonValueKind.Array && set.EnumerateArray().All(m => m.ValueKind == JsonValueKind.String))
            return Utf8Order.Normalize(set.EnumerateArray().Select(m => m.GetString()!));
        errors.Add(new($"{path}.{member}", "must be a list of texts"));
        return null;
    }

    private static Percentage? ReadPercentage(JsonElement gates, string member, string path, List<FieldError> errors)
    {
        if (!gates.TryGetProperty(member, out JsonElement value))
            return null;
        if (FlipperValue.TryToPercentage(value, out Percentage? percentage))
            return percentage;
        errors.Add(new($"{path}.{member}", "must be a number from 0 to 100"));
        return null;
    }

    private static Expression? ReadExpression(JsonElement gates, string path, List<FieldError> errors)
    {
        if (!gates.TryGetProperty("expression", out JsonElement value) || value.ValueKind == JsonValueKind.Null
            || (value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any()))
            return null;
        if (Expression.TryParse(value, ExpressionRules.Import, out Expression? expression, out string? error))
            return expression;
        errors.Add(new($"{path}.expression", error ?? "is no expression"));
        return null;
    }
}
