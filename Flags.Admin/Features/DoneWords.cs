using System.Text.Json;
using Flags.Core;

namespace Flags.Admin;

/// <summary>What an audit row did, said to the person who did it.</summary>
internal static class DoneWords
{
    public static FeatureChange Change(AuditEntry entry) => entry.Change.Deserialize(FlagsJson.Default.FeatureChange) ?? new FeatureChange();

    public static string Of(AuditEntry entry, string? held)
    {
        FeatureChange change = Change(entry);
        string text = entry.What switch
        {
            "feature.enable" => Join($"{entry.Target} is on for everyone{(held is null ? "" : $", but {held}")}.", ChangeWords.Cleared(change)),
            "feature.disable" => Join($"{entry.Target} is off.", ChangeWords.Cleared(change)),
            "feature.create" => $"{entry.Target} was created.",
            "feature.delete" => $"{entry.Target} was deleted; it counts as off everywhere.",
            "feature.revert" => $"{entry.Target} is back as it was: {ChangeWords.Sentence(change)}.",
            _ => $"{entry.Target}: {ChangeWords.Sentence(change)}.",
        };
        return text;
    }

    private static string Join(string first, string? second) => second is null ? first : $"{first} {second}";
}
