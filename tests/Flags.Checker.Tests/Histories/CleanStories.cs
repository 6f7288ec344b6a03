namespace Flags.Checker.Tests;

/// <summary>Histories as they should be, each close to the edge of one invariant.</summary>
internal static class CleanStories
{
    public static Dictionary<int, Func<Story>> All { get; } = new()
    {
        // The first job left before the drain, the second came after the release.
        [1] = () => new Story().Job("a", 10, 30, 1).Place("h", 15, 20, 2).Drain("h", 32, 33).Release("h", 40, 41).Job("b", 45, 50, 3),
        // Sent before the hold was acknowledged, refused during it, granted after it; a sub-job may start while its parent is inside.
        [2] = () => new Story().Enter("a", 10, 14, 1).Place("h", 11, 15, 2).Enter("b", 16, 17, outcome: "held").Enter("child", 18, 19, 3, parent: "a")
            .Leave("a", 20, 21).Leave("child", 22, 23).Drain("h", 24, 25).Release("h", 30, 31).Enter("c", 30.5, 32, 4),
        // One left, one died and is past expiry (2 s) and grace (0.5 s).
        [3] = () => new Story().Enter("dead", 10, 11, 1, ttl: 2).Job("a", 12, 20, 2).Place("h", 15, 16, 3).Drain("h", 100, 101, "draining").Drain("h", 2_520, 2_521),
        // Two deploys overlap; the feature opens with the end of the second.
        [4] = () => new Story().Place("first", 10, 11, 1).Place("second", 15, 16, 2).Release("first", 20, 21).Enter("a", 22, 23, outcome: "held").Release("second", 30, 31).Job("b", 33, 35, 3),
        // The deploy died; its hold of 2 s ends with its time.
        [5] = () => new Story().Place("dead", 10, 12, 1, ttl: 2).Enter("a", 1_900, 1_901, outcome: "held").Enter("b", 2_020, 2_021, 2),
        // A dead job of 2 s keeps a drain waiting for 2.5 s.
        [6] = () => new Story().Enter("dead", 10, 12, 1, ttl: 2).Place("h", 20, 21, 2).Drain("h", 2_400, 2_401, "draining").Drain("h", 2_600, 2_601),
        // Renewed and extended in time, and refused after the end.
        [7] = () => new Story().Enter("a", 10, 11, 1, ttl: 2).Renew("a", 1_000, 1_001, ttl: 2).Renew("a", 3_100, 3_101, "expired", ttl: 2).Renew("a", 3_200, 3_201, "expired", ttl: 2)
            .Place("h", 4_000, 4_001, 2, ttl: 2).Extend("h", 5_000, 5_001, ttl: 2).Extend("h", 7_100, 7_101, "ended", ttl: 2),
        // Two at once may get their tokens in either order.
        [8] = () => new Story().Enter("a", 10, 14, 2).Enter("b", 11, 13, 1).Place("h", 15, 16, 3).Enter("c", 17, 18, outcome: "held").Leave("a", 19, 20).Leave("b", 19, 20),
        // The late write is refused.
        [9] = () => new Story().Enter("a", 10, 11, 1, ttl: 2).Write("a", 100, 110, 1, 1).Place("h", 120, 121, 2).Drain("h", 2_600, 2_601).Publish(2_610, 2, 2).Write("a", 2_700, 2_701, 1, 0, "refused"),
        // The first answer was lost; the repeated call finds the lease.
        [10] = () => new Story().Enter("a", 10, null).Enter("a", 20, 21, 1, "replay").Leave("a", 30, 31),
        // The second slot is taken when it is free.
        [11] = () => new Story().Limit(2).Job("a", 10, 20, 1).Job("b", 11, 30, 2).Enter("c", 15, 16, outcome: "full").Job("d", 22, 30, 3),
        // The deploy waited for an enter that took 300 ms.
        [12] = () => new Story().Enter("a", 10, 310, 1).Place("h", 20, 350, 2).Leave("a", 360, 361),
        // Woken 40 ms after the release; without a release within the second of the net; not judged while the database was down.
        [13] = () => new Story().Place("h", 10, 11, 1).Enter("a", 20, 100, 2, waits: true).Release("h", 50, 60).Leave("a", 101, 102)
            .Place("dead", 1_000, 1_001, 3, ttl: 2).Enter("b", 1_100, 4_000, 4, waits: true).Leave("b", 4_001, 4_002)
            .Place("slow", 5_000, 5_001, 5).Enter("c", 5_100, 9_000, 6, waits: true).Release("slow", 5_200, 5_201).Fault(5_300, 8_900),
        [14] = () => new Story().Place("h", 10, 11, 1).Drain("h", 12, 13).Release("h", 20, 21).Switch(false, 30, 31)
            .HoldRow("h", "released", 12, 77).AuditRow("h", "hold.place", 75).AuditRow("h", "hold.drain", 76).AuditRow("h", "hold.release", 77).FeatureRow("feature.disable"),
        // Off, one still inside, empty, on.
        [15] = () => new Story().Job("a", 10, 30, 1).Switch(false, 20, 21).Enter("b", 22, 23, outcome: "disabled").Settle(25, 26, 1).Settle(32, 33, 0).Switch(true, 40, 41).Job("c", 45, 50, 2),
        // Drained when the guard of 6 s was over.
        [16] = () => new Story().Generation(10, 6, 120).Place("h", 20, 21, 1).Drain("h", 100, 101, "recovering").Enter("a", 110, 111, outcome: "recovering").Drain("h", 6_100, 6_101, at: 6_100),
        // The first died and is reclaimed after its 2 s, too late for its completion; the second renews, is done, and its result goes to the third.
        [17] = () => new Story().Claim("a", 10, 11, 1).Claim("b", 20, 21, outcome: "taken").Claim("c", 2_020, 2_021, 2, attempt: 2).Complete("a", 2_030, 2_031, 1, outcome: "stale")
            .RenewClaim("c", 3_900, 3_901, 2).Complete("c", 4_100, 4_101, 2).Claim("d", 4_200, 4_201, outcome: "done", result: "42")
            // Kept since its first call, which was not answered; the repeated one is told what is left of its 2 s.
            .Claim("e", 100_010, null, ttl: 2, once: true).Claim("e", 101_900, 101_901, 3, outcome: "replay", once: true, left: 0.11).Claim("f", 160_011, 160_012, 4, attempt: 2, once: true),
        // The successor gets what was left; afterwards the slot is anybody's.
        [18] = () => new Story().Limit(1).Enter("a", 10, 11, 1).Ask("next", 12, 13).Enter("b", 14, 15, outcome: "full").Leave("a", 16, 17).Ask("next", 18, 19, 2, "replay").Leave("next", 30, 31).Job("b", 40, 50, 3),
        // A heartbeat that was overtaken is refused; who was told to end is not told to be quiet.
        [19] = () => new Story().Beat(10, 11, "starting").Beat(12, 13, "ready").Instruct(14, 15, "terminate").Beat(16, 17, "quiet", instruction: "terminate").Beat(18, 19, "quiet", "back", "terminate").Instruct(20, 21, "quiet").Look(22, 23, "quiet", "terminate"),
    };
}
