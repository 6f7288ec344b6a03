namespace Flags.Checker;

/// <summary>Mistakes that the checker must catch: those that the design names, and one for each other invariant.</summary>
public static class Mutants
{
    private const string SharedLock = "perform flags.lock_features_shared(array[p_feature]);";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("no-lock", "enter takes no lock", [1], Scenes.FastAsync, new Rewrite("enter", SharedLock, "perform 1;")),
        new("for-share", "FOR SHARE on the feature with the holds in another table", [1], Scenes.FastAsync,
            new("enter", "a flags.enter_answer;", "a flags.enter_answer; held_before boolean;"),
            new("enter", SharedLock, "select flags.is_held(p_feature, clock_timestamp()) into held_before from flags.features where id = p_feature for share;"),
            new("enter", "if flags.is_held(p_feature, t) and", "if held_before and"),
            new("place_hold", "perform flags.lock_features(p_features);", "perform from flags.features where id = any (p_features) for update; perform pg_sleep(0.005);"),
            new("drain_step", "perform flags.lock_features(features);", "perform 1;")),
        new("early-expiry", "a lease expires 200 ms early", [3], Scenes.ExpiryAsync, new Rewrite("end_expired", "flags.grace(ttl) <= at", "flags.grace(ttl) <= at + interval '200 ms'")),
        new("extend-revives", "extending revives an expired hold", [7], Scenes.ExpiryAsync, new Rewrite("extend_hold", "h.ended_at is not null or h.expires_at <= t", "h.ended_at is not null")),
        new("newest-hold", "only the newest hold counts", [4], Scenes.OverlapAsync,
            new Rewrite("is_held", "and h.ended_at is null", "and h.placed_at = (select max(n.placed_at) from flags.hold_features y join flags.holds n on n.id = y.hold_id where y.feature_id = feature) and h.ended_at is null")),
        new("wall-clock-token", "tokens are milliseconds of the clock", [8], Scenes.FastAsync,
            new Rewrite("next_token", "start_seconds * 1048576 + nextval('flags.tokens')", "(extract(epoch from clock_timestamp()) * 1000)::bigint")),
        new("late-renewal", "an expired lease can be renewed", [7], Scenes.ExpiryAsync, new Rewrite("renew", " and l.expires_at > t", "")),
        new("drain-snapshot", "the drain counts in the snapshot of the statement that locks", [1, 3], Scenes.FamilyAsync,
            new("drain_step", "a flags.drain_answer;", "a flags.drain_answer; inside_before int;"),
            new("drain_step", "perform flags.lock_features(features);", "select (select count(*) from flags.leases l where l.feature_id = any (features) and l.ended_at is null) into inside_before from (select flags.lock_features(features)) locked;"),
            new("drain_step", "a.inside := flags.count_inside(features);", "a.inside := inside_before - ended;")),
        new("transaction-time", "time is now(), that of before the wait", [5, 7], Scenes.LateAsync,
            [.. new[] { "renew", "extend_hold", "drain_step", "end_hold" }.Select(function => new Rewrite(function, "t := clock_timestamp()", "t := now()"))]),
        new("immortal-hold", "a dead deploy's hold never ends", [5], Scenes.DeadDeployAsync, new Rewrite("is_held", "and h.expires_at > at", "")),
        new("short-hold", "a hold expires 200 ms early", [5], Scenes.ExpiryAsync, new Rewrite("is_held", "h.expires_at > at", "h.expires_at > at + interval '200 ms'")),
        new("immortal-lease", "a dead job's lease never ends", [6], Scenes.DeadJobAsync, new Rewrite("end_expired", "expires_at + flags.grace(ttl) <= at", "false")),
        new("no-assertion", "a lease is asserted without a look at it", [9], Scenes.ExpiryAsync, new Rewrite("assert_lease", "if not found then", "if false then")),
        new("new-token", "a repeated enter gets another token", [10], Scenes.FastAsync, new Rewrite("enter", "('replay', l.token,", "('replay', flags.next_token(),")),
        new("shared-limit", "slots are counted under a shared lock", [11], Scenes.LimitedAsync, new Rewrite("enter", "perform flags.lock_features(array[p_feature]);", SharedLock)),
        new("starved-hold", "a hold tries for the lock once a second instead of queueing", [12], Scenes.CrowdAsync,
            new Rewrite("place_hold", "perform flags.lock_features(p_features);", "while not pg_try_advisory_xact_lock(1179402567, flags.slot(p_features[1])) loop perform pg_sleep(1); end loop;")),
        new("no-audit", "a drain leaves no audit row", [14], Scenes.FastAsync,
            new("drain_step", "perform flags.audit_hold(", "if false then perform flags.audit_hold("), new("drain_step", "h.expired_count), false);", "h.expired_count), false); end if;")),
        new("no-version", "the version that was evaluated is not compared", [15], Scenes.TogglingAsync, new Rewrite("enter", "f.version <> p_version", "false")),
        new("no-guard", "a drain does not look at the guard", [16], Scenes.RecoveryAsync, new Rewrite("drain_step", "if g.guard_until > t then", "if false then")),
        new("claim-unlocked", "a free claim is taken without its lock", [17], Scenes.ClaimsAsync, new Rewrite("claim", "for update;", "; perform pg_sleep(0.005);")),
        new("claim-early", "an expired claim is free 50 ms early", [17], Scenes.ClaimsAsync, new Rewrite("claim", "c.free_at <= t then", "c.free_at <= t + interval '50 ms' then")),
        new("claim-stale", "any token completes a claim", [17], Scenes.ClaimsAsync, new Rewrite("end_claim", "c.token <> p_token or", "")),
        new("claim-undone", "what is done can be claimed again", [17], Scenes.ClaimsAsync, new Rewrite("end_claim", "case p_how when 'done' then t + make_interval(secs => c.keep) else t end", "t")),
        new("claim-attempt", "attempts are not counted", [17], Scenes.ClaimsAsync, new Rewrite("claim", "case when c.state = 'done' then 1 else c.attempt + 1 end", "1")),
        new("claim-immortal", "a dead claimer's claim is free only when it would be forgotten", [17], Scenes.DeadClaimersAsync, new Rewrite("claim", "case when p_once then greatest(life, kept) else life end", "interval '1 hour'")),
        new("slot-for-all", "a slot that a successor waits for is anybody's", [18], Scenes.SingletonAsync,
            new Rewrite("enter", "inside + (case when w.lease_id is not null and w.lease_id <> p_id then 1 else 0 end) >=", "inside >=")),
        new("worker-back", "a heartbeat that was held up brings back a state", [19], Scenes.WorkersAsync, new Rewrite("heartbeat", "flags.worker_rank(p_state) < flags.worker_rank(w.state)", "false")),
        new("worker-unlocked", "a heartbeat compares without the row's lock", [19], Scenes.WorkersAsync, new Rewrite("heartbeat", "for update;", "; perform pg_sleep(0.005);")),
        new("instruction-back", "the newest instruction counts, not the furthest", [19], Scenes.WorkersAsync,
            new Rewrite("instruct_workers", "flags.instruction_rank(instruction) < flags.instruction_rank(p_instruction)", "true")),
        new("no-notify", "nobody is told of a release", [13], Scenes.WaitingAsync, new Rewrite("see", "notify flags", "perform 1"), new("leave", "notify flags", "perform 1"), new("drain_step", "notify flags", "perform 1"))
        {
            Profile = "rest",
            Tolerance = new Tolerance(20 * Clock.Millisecond, 0, 400 * Clock.Millisecond),
        },
    ];

    public static Mutant Named(string name) => All.FirstOrDefault(mutant => mutant.Name == name)
        ?? throw new ArgumentException($"No mutant {name}; there are {string.Join(", ", All.Select(mutant => mutant.Name))}.");
}
