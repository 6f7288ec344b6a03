using System.Text.Json;
using Flags.Core;

namespace Flags.Admin;

/// <summary>What ended holds tell.</summary>
public static class HoldHistory
{
    private const int Compared = 5;

    /// <summary>How long the last drains of these features took: <c>last five drains: 0:41 to 2:10</c>; null when there are none.</summary>
    public static string? LastDrains(IReadOnlyList<HoldInfo> past, IReadOnlyList<string> features)
    {
        TimeSpan[] took = [.. past.Where(h => h.DrainedAt is not null && h.Features.Any(features.Contains)).Take(Compared).Select(h => h.DrainedAt!.Value - h.Since).Order()];
        return took switch
        {
            [] => null,
            [var only] => $"last drain: {Clock.Text(only)}",
            _ => $"last {took.Length} drains: {Clock.Text(took[0])} to {Clock.Text(took[^1])}",
        };
    }

    /// <summary>One line of a hold's timeline; null for what is not of this hold.</summary>
    public static string? Line(AuditEntry entry, Guid hold)
    {
        if (entry.Change.ValueKind != JsonValueKind.Object || !entry.Change.TryGetProperty("hold", out JsonElement id) || id.GetString() != hold.ToString())
            return null;
        return entry.What switch
        {
            "hold.place" => Number(entry, "inside") is > 0 and var inside ? $"placed with {HoldWords.Jobs(inside)} inside" : "placed with nobody inside",
            "hold.drain" => $"drained: {Number(entry, "left"):N0} left, {Number(entry, "expired"):N0} expired",
            "hold.revoke" => $"told {HoldWords.Jobs(Number(entry, "leases"))} to stop",
            "hold.release" => "released",
            "hold.force" => "force-released",
            "hold.expire" => "ended by itself: nobody renewed it",
            var what => what,
        };
    }

    /// <summary>What happened with a hold, said to the person who did it.</summary>
    public static string Told(AuditEntry entry, DeployState? state)
    {
        bool one = state?.Holds.SelectMany(h => h.Features).Distinct().Any(entry.Target.Split(", ").Contains) == true;
        string still = one ? " Another hold goes on." : " Jobs may start again.";
        return entry.What switch
        {
            "hold.place" => $"{entry.Target}: held. {HoldWords.AreJobs(Number(entry, "inside"))} inside; new jobs wait.",
            "hold.revoke" => $"{entry.Target}: {HoldWords.Jobs(Number(entry, "leases"))} told to stop. They count as inside until they leave.",
            "hold.release" => $"{entry.Target}: your hold has ended.{still}",
            "hold.force" => $"{entry.Target}: force-released.{still} The deploy is told that it lost the hold.",
            _ => $"{entry.Target}: {entry.What}.",
        };
    }

    private static int Number(AuditEntry entry, string member) => entry.Change.TryGetProperty(member, out JsonElement number) && number.TryGetInt32(out int value) ? value : 0;
}
