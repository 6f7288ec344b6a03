using System.Text;
using Flags.Core;

namespace Flags.Api;

/// <summary>How much of a feature is shown.</summary>
/// <param name="WithGates">Whether its gates are.</param>
/// <param name="WithGateNames">Whether each gate has its second name.</param>
internal readonly record struct FlipperDetail(bool WithGates, bool WithGateNames)
{
    public static FlipperDetail Full { get; } = new(true, true);
}

/// <summary>Features as Flipper writes them: order of members and gates is fixed, unset is null and never false or 0.</summary>
internal static class FlipperText
{
    /// <param name="json">Where to.</param>
    /// <param name="name">The feature.</param>
    /// <param name="gates">What is shown of it; a held feature is shown with nothing set.</param>
    /// <param name="detail">How much.</param>
    /// <param name="always">A deny gate that is shown although it is empty.</param>
    public static void AppendFeature(StringBuilder json, string name, Gates gates, FlipperDetail detail, string? always = null)
    {
        json.Append("{\"key\":");
        JsonText.AppendString(json, name);
        json.Append(",\"state\":\"").Append(StateText(gates.State)).Append('"');
        if (detail.WithGates)
        {
            json.Append(",\"gates\":[");
            var writer = new GateWriter(json, detail.WithGateNames);
            writer.Text("boolean", "boolean", gates.Boolean ? "true" : null);
            writer.Raw("expression", "expression", gates.Expression?.Json);
            writer.Set("actors", "actor", gates.Actors);
            writer.Text("percentage_of_actors", "percentage_of_actors", gates.PercentageOfActors?.Text);
            writer.Text("percentage_of_time", "percentage_of_time", gates.PercentageOfTime?.Text);
            writer.Set("groups", "group", gates.Groups);
            if (gates.DeniedActors.Count > 0 || always == "deny_actors")
                writer.Set("deny_actors", "deny_actor", gates.DeniedActors);
            if (gates.DeniedGroups.Count > 0 || always == "deny_groups")
                writer.Set("deny_groups", "deny_group", gates.DeniedGroups);
            json.Append(']');
        }

        json.Append('}');
    }

    private static string StateText(FeatureState state) => state switch
    {
        FeatureState.On => "on",
        FeatureState.Conditional => "conditional",
        FeatureState.Off => "off",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private readonly struct GateWriter(StringBuilder json, bool names)
    {
        public void Text(string key, string name, string? text)
        {
            Begin(key);
            if (text is null)
                json.Append("null");
            else
                JsonText.AppendString(json, text);
            End(name);
        }

        public void Raw(string key, string name, string? value)
        {
            Begin(key);
            json.Append(value ?? "null");
            End(name);
        }

        public void Set(string key, string name, IReadOnlyList<string> members)
        {
            Begin(key);
            json.Append('[');
            for (int i = 0; i < members.Count; i++)
            {
                if (i > 0)
                    json.Append(',');
                JsonText.AppendString(json, members[i]);
            }

            json.Append(']');
            End(name);
        }

        private void Begin(string key)
        {
            if (json[^1] == '}')
                json.Append(',');
            json.Append("{\"key\":\"").Append(key).Append("\",\"value\":");
        }

        private void End(string name)
        {
            if (names)
                json.Append(",\"name\":\"").Append(name).Append('"');
            json.Append('}');
        }
    }
}
