using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Flags.Core;

namespace Flags.Admin;

/// <summary>The answer to "would they get it?", and why.</summary>
internal sealed record Answer(bool On, string Sentence, IReadOnlyList<GateExplanation> Lines)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Answer Of(Snapshot snapshot, string feature, string? actorId, string? properties, DateTimeOffset now)
    {
        // One draw for both: the explanation must not contradict the answer.
        double draw = Random.Shared.NextDouble();
        var context = new EvaluationContext { Random = () => draw, Now = () => now };
        var actor = new Actor(string.IsNullOrEmpty(actorId) ? null : actorId, PropertyText.Read(properties));
        Evaluation evaluation = snapshot.Evaluate(feature, [actor], context);
        return new Answer(evaluation.Enabled, Words(evaluation, actor.Id ?? "An actor without an id"), snapshot.Explain(feature, [actor], context));
    }

    /// <summary>One line of the explanation, as people read it.</summary>
    public static string Line(GateExplanation line)
    {
        if (line.Decides)
            return (line.Open ? "YES: " : "NO: ") + line.Text;
        bool plain = line.Open || line.Text.StartsWith("not ", StringComparison.Ordinal) || line.Text.StartsWith("no ", StringComparison.Ordinal);
        return (line.Open ? "yes: " : plain ? "" : "no: ") + line.Text;
    }

    /// <summary>The same question as a command; values are quoted for the shell.</summary>
    public static string Curl(string address, string feature, string? actorId, string? properties)
    {
        var actor = new JsonObject { ["id"] = string.IsNullOrEmpty(actorId) ? "User;42" : actorId };
        IReadOnlyDictionary<string, JsonElement> read = PropertyText.Read(properties);
        if (read.Count > 0)
            actor["properties"] = new JsonObject(read.Select(p => KeyValuePair.Create(p.Key, JsonNode.Parse(p.Value.GetRawText()))));
        string body = new JsonObject { ["actors"] = new JsonArray(actor) }.ToJsonString(Readable);
        return $"curl -H \"Authorization: Bearer $FLAGS_API_KEY\" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{body.Replace("'", "'\\''", StringComparison.Ordinal)}' \\\n"
            + $"  \"{address}/api/v1/features/{Uri.EscapeDataString(feature)}/evaluate?explain=true\"";
    }

    private static string Words(Evaluation evaluation, string who) => evaluation.Reason switch
    {
        Reason.Held => "A deploy holds the feature: off for everyone.",
        Reason.Off => "Nothing is set: off for everyone.",
        Reason.NoMatch => $"No gate opens it for {who}.",
        Reason.Denied => evaluation.Gate == Gate.DeniedGroup ? $"{who} is in a denied group." : $"{who} is denied.",
        Reason.Opened => Opened(evaluation.Gate, who),
        Reason.NotFound => "There is no such feature.",
        _ => throw new ArgumentOutOfRangeException(nameof(evaluation)),
    };

    private static string Opened(Gate? gate, string who) => gate switch
    {
        Gate.Boolean => "It is on for everyone.",
        Gate.Expression => $"The expression is true for {who}.",
        Gate.Actor => $"{who} is one of the actors.",
        Gate.PercentageOfActors => $"{who} is in the share of actors.",
        Gate.PercentageOfTime => "This check was in the share of time; the next may not be.",
        Gate.Group => $"{who} is in one of the groups.",
        _ => "A gate opened it.",
    };
}
