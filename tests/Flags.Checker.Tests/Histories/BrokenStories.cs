namespace Flags.Checker.Tests;

/// <summary>Histories in which one promise is broken, each as small as can be.</summary>
internal static class BrokenStories
{
    public static Dictionary<int, Func<Story>[]> All { get; } = new()
    {
        [1] =
        [
            () => new Story().Enter("a", 10, 30, 1).Place("h", 12, 13, 2).Drain("h", 14, 15).Leave("a", 40, 41),
            // A sub-job counts like any other.
            () => new Story().Enter("a", 10, 11, 1).Place("h", 12, 13, 2).Enter("child", 14, 15, 3, parent: "a").Leave("a", 16, 17).Drain("h", 18, 19).Leave("child", 30, 31),
        ],
        [2] =
        [
            () => new Story().Place("h", 10, 11, 1).Enter("a", 12, 13, 2).Leave("a", 14, 15).Release("h", 20, 21),
            // Extended, so it still stands.
            () => new Story().Place("h", 10, 11, 1, ttl: 2).Extend("h", 1_000, 1_001, ttl: 2).Enter("a", 2_300, 2_301, 2),
        ],
        [3] =
        [
            // A dead job of 2 s and 0.5 s of grace, 200 ms early.
            () => new Story().Enter("dead", 10, 11, 1, ttl: 2).Place("h", 15, 16, 2).Drain("h", 2_305, 2_306),
            // A renewal forgotten.
            () => new Story().Enter("dead", 10, 11, 1, ttl: 2).Renew("dead", 1_000, 1_001, ttl: 2).Place("h", 1_015, 1_016, 2).Drain("h", 2_600, 2_601),
            // Drained after its release, and after its time.
            () => new Story().Place("h", 10, 11, 1).Release("h", 12, 13, "active").Drain("h", 50, 51),
            () => new Story().Place("h", 10, 11, 1, ttl: 2).Drain("h", 2_100, 2_101),
            // Asserted by a transaction that still stood.
            () => new Story().Enter("a", 10, 11, 1, ttl: 2).Place("h", 20, 21, 2).Write("a", 1_900, 3_000, 1, 1).Drain("h", 2_600, 2_601),
        ],
        [4] = [() => new Story().Place("first", 10, 11, 1).Place("second", 15, 16, 2).Release("second", 20, 21).Job("a", 25, 26, 3).Release("first", 30, 31)],
        [5] =
        [
            () => new Story().Place("dead", 10, 12, 1, ttl: 2).Enter("a", 1_800, 1_801, 2),
            () => new Story().Place("dead", 10, 12, 1, ttl: 2).Enter("a", 3_100, 3_101, outcome: "held"),
            () => new Story().Place("h", 10, 11, 1).Release("h", 20, 21).Enter("a", 1_100, 1_101, outcome: "held"),
        ],
        [6] =
        [
            () => new Story().Enter("dead", 10, 12, 1, ttl: 2).Place("h", 20, 21, 2).Drain("h", 3_600, 3_601, "draining"),
            () => new Story().Job("a", 10, 30, 1).Place("h", 20, 21, 2).Drain("h", 1_100, 1_101, "draining"),
            () => new Story().Job("a", 10, 30, 1).Place("h", 20, 21, 2).Drain("h", 25, 2_500, waits: true),
        ],
        [7] =
        [
            () => new Story().Enter("a", 10, 11, 1, ttl: 2).Renew("a", 2_100, 2_101, ttl: 2),
            () => new Story().Enter("a", 10, 11, 1).Renew("a", 20, 21, "revoked").Renew("a", 22, 23),
            () => new Story().Place("h", 10, 11, 1, ttl: 2).Extend("h", 2_100, 2_101, ttl: 2),
            // A job had got in because the time was over; then the hold came back.
            () => new Story().Place("h", 10, 11, 1, ttl: 2).Enter("a", 2_015, 2_030, 2).Extend("h", 2_005, 2_040, ttl: 2),
        ],
        [8] =
        [
            () => new Story().Job("a", 10, 20, 1).Job("b", 15, 20, 1),
            () => new Story().Job("a", 10, 12, 5).Place("h", 13, 14, 4),
            () => new Story().Place("h", 10, 11, 5).Release("h", 12, 13, "active").Job("a", 15, 16, 4),
        ],
        [9] = [() => new Story().Enter("a", 10, 11, 1, ttl: 2).Place("h", 120, 121, 2).Drain("h", 2_600, 2_601).Publish(2_610, 2, 1).Write("a", 2_700, 2_701, 1, 2)],
        [10] =
        [
            () => new Story().Enter("a", 10, 11, 1).Enter("a", 12, 13, 2, "replay"),
            () => new Story().Enter("a", 10, 11, 1).Enter("a", 12, 13, 1),
        ],
        [11] = [() => new Story().Limit(1).Job("a", 10, 20, 1).Job("b", 15, 25, 2)],
        [12] = [() => new Story().Enter("a", 10, 20, 1).Place("h", 15, 200, 2)],
        [13] =
        [
            () => new Story().Place("h", 10, 11, 1).Enter("a", 20, 200, 2, waits: true).Release("h", 50, 60),
            () => new Story().Place("dead", 10, 11, 1, ttl: 2).Enter("a", 20, 3_200, 2, waits: true),
        ],
        [14] =
        [
            () => new Story().Place("h", 10, 11, 1).HoldRow("h", null, null, 75),
            () => new Story().Place("h", 10, 11, 1).AuditRow("h", "hold.place", 75),
            () => new Story().Place("h", 10, 11, 1).HoldRow("h", null, null, 75).AuditRow("h", "hold.place", 75).AuditRow("h", "hold.place", 76),
            () => new Story().Place("h", 10, 11, 1).Drain("h", 12, 13).HoldRow("h", null, 12, 75).AuditRow("h", "hold.place", 75),
            // The row of the end is of another transaction.
            () => new Story().Place("h", 10, 11, 1).Release("h", 12, 13, "active").HoldRow("h", "released", null, 76).AuditRow("h", "hold.place", 75).AuditRow("h", "hold.release", 77),
            () => new Story().Switch(false, 10, 11).AuditRow("other", "hold.place", 75).HoldRow("other", null, null, 75),
        ],
        [15] =
        [
            () => new Story().Switch(false, 10, 11).Enter("a", 12, 13, 1).Leave("a", 14, 15).Switch(true, 20, 21),
            () => new Story().Enter("a", 10, 30, 1).Switch(false, 11, 12).Settle(13, 14, 0).Leave("a", 40, 41).Switch(true, 50, 51),
        ],
        [16] =
        [
            () => new Story().Generation(10, 6).Place("h", 20, 21, 1).Drain("h", 100, 101, at: 100),
            () => new Story().Generation(10, 6, 120).Enter("a", 20, 21, 1),
        ],
        [17] =
        [
            () => new Story().Claim("a", 10, 11, 1).Claim("b", 20, 21, 2, attempt: 2),
            // Renewed, and so still its own.
            () => new Story().Claim("a", 10, 11, 1).RenewClaim("a", 1_000, 1_001, 1).Claim("b", 2_500, 2_501, 2, attempt: 2),
            // Done, and claimed again.
            () => new Story().Claim("a", 10, 11, 1).Complete("a", 20, 21, 1).Claim("b", 2_500, 2_501, 2, attempt: 1),
            // Once, and expired.
            () => new Story().Claim("a", 10, 11, 1, once: true).Claim("b", 2_500, 2_501, 2, attempt: 2, once: true),
            () => new Story().Claim("a", 10, 11, 1).Claim("b", 2_500, 2_501, 2, attempt: 1),
            () => new Story().Claim("a", 10, 11, 2).Claim("b", 2_500, 2_501, 1, attempt: 2),
            () => new Story().Claim("a", 10, 11, 1).Claim("b", 2_500, 2_501, 2, attempt: 2).Complete("a", 2_600, 2_601, 1),
            () => new Story().Claim("a", 10, 11, 1).Claim("b", 2_500, 2_501, 2, attempt: 2).Abandon("a", 2_600, 2_601, 1),
            () => new Story().Claim("a", 10, 11, 1).Complete("a", 20, 21, 1).Claim("b", 30, 31, outcome: "done", result: "43"),
            // Dead for more than a second, and still in the way.
            () => new Story().Claim("a", 10, 11, 1).Claim("b", 3_100, 3_101, outcome: "taken"),
        ],
        [18] =
        [
            () => new Story().Limit(1).Enter("a", 10, 11, 1).Ask("next", 12, 13).Leave("a", 14, 15).Job("b", 17, 20, 2).Ask("next", 21, 22),
            // The one inside died.
            () => new Story().Limit(1).Enter("a", 10, 11, 1, ttl: 2).Ask("next", 2_400, 2_401).Job("b", 2_600, 2_610, 2).Ask("next", 2_620, 2_621, 3, "entered"),
        ],
        [19] =
        [
            () => new Story().Beat(10, 11, "ready").Beat(12, 13, "starting"),
            () => new Story().Beat(10, 11, "quiet").Look(12, 13, "ready"),
            () => new Story().Beat(10, 11, "ready", instruction: "quiet").Beat(12, 13, "ready"),
            // Told, and the next heartbeat hears nothing of it.
            () => new Story().Beat(10, 11, "ready").Instruct(12, 13, "quiet").Beat(14, 15, "ready"),
        ],
    };
}
