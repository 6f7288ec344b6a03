using System.Text.Json;
using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>Audit rows in a few words.</summary>
internal static class AuditWords
{
    /// <summary>Who, as people read it: <c>anna (page)</c>, <c>key ci-2</c>.</summary>
    public static string Who(Who who) => who.Kind switch
    {
        "key" => $"key {who.Name}",
        "person" => $"{who.Name} (page)",
        _ => who.Name,
    };

    public static bool IsFeature(AuditEntry entry) => entry.What.StartsWith("feature.", StringComparison.Ordinal);

    /// <summary>What was done, without what it was done to: <c>enable</c>, <c>hold</c>, <c>key minted</c>.</summary>
    public static string What(string what) => what switch
    {
        "feature.enable" => "on",
        "feature.disable" => "off",
        "feature.patch" => "details",
        "hold.place" => "hold",
        "hold.drain" => "drained",
        "hold.release" => "released",
        "hold.expire" => "hold expired",
        "hold.force" => "forced",
        "hold.revoke" => "told to stop",
        "key.mint" => "new key",
        "key.rename" => "key renamed",
        "key.rotate" => "key rotated",
        "key.revoke" => "key revoked",
        "person.create" => "new person",
        "recovery.waive" => "guard waived",
        "workers.quiet" => "quiet",
        "workers.terminate" => "terminate",
        "claim.abandon" => "abandoned",
        _ when what.StartsWith("feature.", StringComparison.Ordinal) => what["feature.".Length..],
        _ => what,
    };

    /// <summary>The rest of a row that is not a feature's: <c>2 inside · release 42</c>.</summary>
    public static string Detail(AuditEntry entry) => entry.What switch
    {
        "hold.place" => Join(Number(entry, "inside") is > 0 and var inside ? $"{HoldWords.Jobs(inside)} inside" : "nobody inside", Text(entry, "holder") is { } holder && holder != entry.Who.Name ? $"by {holder}" : null),
        "hold.drain" => Join($"{Number(entry, "left"):N0} left", $"{Number(entry, "expired"):N0} expired"),
        "hold.revoke" => HoldWords.Jobs(Number(entry, "leases")),
        "hold.expire" => "nobody renewed it",
        "hold.force" => Text(entry, "holder") is { } of ? $"of {of}" : "",
        "key.mint" or "key.rename" => Join(Words(entry, "permissions"), Text(entry, "pattern") is { } pattern ? $"on {pattern}" : null),
        "key.rotate" => Text(entry, "oldSecretUntil") is { } until ? $"old secret until {until}" : "",
        "workers.quiet" or "workers.terminate" => Join(WorkerWords.Which(entry.Change), Text(entry, "id") is null ? WorkerWords.Workers(Number(entry, "workers")) : null),
        "claim.abandon" => $"attempt {Number(entry, "attempt")}",
        "person.create" => Text(entry, "role") ?? "",
        _ => "",
    };

    /// <summary>The page of what it was done to; null when there is none that is still of use.</summary>
    public static string? Link(AuditEntry entry, Caller looks) => entry.What.Split('.')[0] switch
    {
        "feature" => LocalPath.OfFeature(entry.Target),
        "hold" when Guid.TryParse(Text(entry, "hold"), out Guid hold) => $"/admin/deploys/{hold}",
        "workers" => WorkerQuery.OfRole(entry.Target),
        "claim" => ClaimWords.Url(entry.Target),
        "key" when looks.May(Permissions.Admin) && Text(entry, "id") is { Length: > 0 } key && key.All(char.IsAsciiLetterOrDigit) => $"/admin/keys/{key}",
        _ => null,
    };

    private static string Join(string first, string? second) => second is null || first.Length == 0 ? first + second : $"{first} · {second}";

    private static string Words(AuditEntry entry, string member) =>
        Member(entry, member) is { ValueKind: JsonValueKind.Array } words ? string.Join(" ", words.EnumerateArray().Select(w => w.ToString())) : "";

    private static string? Text(AuditEntry entry, string member) => Member(entry, member) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static int Number(AuditEntry entry, string member) => Member(entry, member) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int value) ? value : 0;

    private static JsonElement? Member(AuditEntry entry, string member) =>
        entry.Change.ValueKind == JsonValueKind.Object && entry.Change.TryGetProperty(member, out JsonElement value) ? value : null;
}
