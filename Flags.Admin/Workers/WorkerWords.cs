using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>Workers in a few words.</summary>
internal static class WorkerWords
{
    /// <summary>Kinds in the order of their counts; <c>late</c> is one that has missed three heartbeats.</summary>
    public static readonly IReadOnlyList<(string Value, string Label)> Kinds = [("ready", "Ready"), ("starting", "Starting"), ("quiet", "Quiet"), ("late", "Late"), ("stopped", "Stopped")];

    /// <summary>The state as it counts: who was told to be quiet is not ready, though it may not have heard it yet.</summary>
    public static string Kind(WorkerInfo worker) => worker switch
    {
        { Lost: true } => "late",
        { State: "ready", Instruction: not "none" } => "quiet",
        _ => worker.State,
    };

    /// <summary>The state with what it was told, if it has not done that yet.</summary>
    public static string Label(WorkerInfo worker) => worker switch
    {
        { Lost: false, State: not "stopped", Instruction: "terminate" } => "told to end",
        { Lost: false, State: "ready" or "starting", Instruction: "quiet" } => "told to be quiet",
        _ => Kind(worker),
    };

    public static string Sign(string kind) => kind switch { "ready" => "●", "quiet" => "◐", "starting" => "○", "late" => "✕", _ => "■" };

    public static string Class(string kind) => kind switch { "ready" => "on", "late" => "partly", _ => "off" };

    /// <summary>Whether heartbeats are to be expected.</summary>
    public static bool Reports(WorkerInfo worker) => worker is { Lost: false, State: not "stopped" };

    /// <summary>What it can be told next; null when nothing is of use.</summary>
    public static WorkerInstruction? Next(WorkerInfo worker) => worker switch
    {
        { Lost: true } or { State: "stopped" } or { Instruction: "terminate" } => null,
        { State: "quiet" } or { Instruction: "quiet" } => WorkerInstruction.Terminate,
        _ => WorkerInstruction.Quiet,
    };

    /// <summary>How many of each kind: <c>12 ready</c>, <c>1 starting</c>. Ready is always said.</summary>
    public static IReadOnlyList<(string Kind, int Count)> Counts(IEnumerable<WorkerInfo> workers)
    {
        Dictionary<string, int> counts = workers.CountBy(Kind).ToDictionary();
        return [.. Kinds.Select(k => (k.Value, counts.GetValueOrDefault(k.Value))).Where(k => k.Item2 > 0 || k.Value == "ready")];
    }

    public static string Workers(int count) => GateWords.Count(count, "worker");

    /// <summary>An id for markup: names are anything, so they are in none.</summary>
    public static string Key(params ReadOnlySpan<string> names) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names.ToArray().Select(Uri.EscapeDataString)))))[..16];

    /// <summary>Which workers an audit row is about: <c>all but v20-3</c>, <c>worker-3</c>.</summary>
    public static string Which(JsonElement change) => (Text(change, "id"), Text(change, "version"), Text(change, "exceptVersion")) switch
    {
        ({ } id, _, _) => id,
        (_, { } version, _) => $"all of {version}",
        (_, _, { } version) => $"all but {version}",
        _ => "all",
    };

    /// <summary>What happened, said to the person who did it.</summary>
    public static string Told(AuditEntry entry)
    {
        int count = entry.Change.GetProperty("workers").GetInt32();
        string who = Text(entry.Change, "id") is { } id ? $"{id} is" : $"{entry.Target}: {Workers(count)} {(count == 1 ? "is" : "are")}";
        return $"{who} told to {(entry.What == "workers.quiet" ? "be quiet" : "end")}, and {(count == 1 ? "hears" : "hear")} it with the next heartbeat, within {WorkerRules.Heartbeat.TotalSeconds:0} s.";
    }

    private static string? Text(JsonElement change, string member) => change.TryGetProperty(member, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
