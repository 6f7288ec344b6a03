-- Deploy safety: each operation is one function, so one round trip and one transaction. Functions are volatile plpgsql: every statement in
-- them has a snapshot of its own, taken after the lock of the statement before (read committed). A lock inside the reading statement would
-- be useless: its snapshot is older than the lock. Time is clock_timestamp() read after the lock; now() is the time before the wait.
-- What enter, renew and leave call is plpgsql too: the plan of an SQL function that cannot be inlined is made anew at every call.

create sequence flags.tokens;

create table flags.holds (
  id uuid primary key,
  token bigint not null,
  holder text not null,
  reason text not null,
  url text,
  exclusive boolean not null,
  caller_id text not null,
  caller_name text not null,
  caller_kind text not null,
  placed_at timestamptz not null,
  expires_at timestamptz not null,
  hard_limit_at timestamptz not null,
  extended_at timestamptz,
  extensions int not null default 0,
  inside_at_start int not null,
  drained_at timestamptz,
  left_count int not null default 0,
  expired_count int not null default 0,
  ended_at timestamptz,
  ended_how text check (ended_how in ('released', 'expired', 'forced')),
  ended_by text
);
create index holds_live on flags.holds (expires_at) where ended_at is null;
create index holds_placed on flags.holds (placed_at);

create table flags.hold_features (
  hold_id uuid not null references flags.holds on delete cascade,
  feature_id int not null,
  live boolean not null default true,
  primary key (hold_id, feature_id)
);
create index hold_features_live on flags.hold_features (feature_id) where live;

-- No foreign key from leases to features: it would give FOR KEY SHARE and a false confidence.
create table flags.leases (
  id uuid primary key,
  feature_id int not null,
  token bigint not null,
  holder text not null,
  actor text,
  parent uuid,
  caller_id text not null,
  ttl double precision not null,
  entered_at timestamptz not null,
  renewed_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  ended_at timestamptz,
  ended_how text check (ended_how in ('left', 'expired', 'revoked'))
) with (fillfactor = 70);
create index leases_live on flags.leases (feature_id) where ended_at is null;
create index leases_ended on flags.leases (ended_at) where ended_at is not null;

-- Who waits, for people to see; rows of waiters that went away are ignored after 90 s and swept.
create table flags.waiters (
  lease_id uuid primary key,
  feature_id int not null,
  holder text not null,
  takeover boolean not null,
  since timestamptz not null,
  seen_at timestamptz not null
);

-- A successor's wish for the slot of a feature with a limit: one at a time, it ends 60 s after its last call.
create table flags.takeovers (
  feature_id int primary key,
  lease_id uuid not null,
  holder text not null,
  actor text,
  caller_id text not null,
  ttl double precision not null,
  version bigint not null,
  asked_at timestamptz not null
);

alter table flags.generation add column enter_guard_until timestamptz, add column max_lease_seconds double precision not null default 900;

create function flags.slot(feature int) returns int language sql immutable as $$ select feature & 1023 $$;

-- 5 s, or a quarter of a shorter TTL: how long a lease past its expiry still counts as inside.
create function flags.grace(ttl double precision) returns interval language sql immutable as $$ select make_interval(secs => least(5, ttl / 4)) $$;

-- Compares the generation's row with reality; any difference (restore, fail-over, copied cluster) begins a new one, guarded until the
-- longest possible lease is over, because an asynchronous fail-over silently forgets leases and holds.
create function flags.check_generation() returns void language plpgsql as $$
declare
  g flags.generation;
  system text := (select system_identifier::text from pg_control_system());
  line text := left(pg_walfile_name(pg_current_wal_lsn()), 8);
  db bigint := (select oid::bigint from pg_database where datname = current_database());
  tab bigint := 'flags.generation'::regclass::oid::bigint;
begin
  select * into g from flags.generation;
  if found and (g.system_identifier, g.timeline, g.database_oid, g.table_oid) = (system, line, db, tab) then
    return;
  end if;
  insert into flags.generation as old (id, start_seconds, system_identifier, timeline, database_oid, table_oid)
  values (true, extract(epoch from clock_timestamp())::bigint, system, line, db, tab)
  on conflict (id) do update set start_seconds = greatest(old.start_seconds + 1, excluded.start_seconds), system_identifier = system, timeline = line,
    database_oid = db, table_oid = tab
  where (old.system_identifier, old.timeline, old.database_oid, old.table_oid) is distinct from (system, line, db, tab);
  if found and g.id is not null then
    perform flags.arm_guard();
  end if;
end $$;

create function flags.arm_guard() returns void language sql as $$
  update flags.generation set guard_until = clock_timestamp() + make_interval(secs => max_lease_seconds + 5), enter_guard_until = clock_timestamp() + interval '2 minutes'
$$;

-- For a restore of data only, which leaves every identifier as it was.
create function flags.new_generation() returns bigint language plpgsql as $$
begin
  update flags.generation set start_seconds = greatest(start_seconds + 1, extract(epoch from clock_timestamp())::bigint);
  perform flags.arm_guard();
  update flags.counter set version = version + 1;
  notify flags;
  return (select start_seconds from flags.generation);
end $$;

-- A number that only grows, also across a restore and a fail-over, and stays below 2^53.
-- Whoever takes one has called check_generation() before.
create function flags.next_token() returns bigint language plpgsql volatile as $$
begin
  return (select start_seconds * 1048576 + nextval('flags.tokens') from flags.generation);
end $$;

create function flags.lock_features(features int[]) returns void language plpgsql as $$
declare s int;
begin
  for s in select distinct flags.slot(f) from unnest(features) f order by 1 loop
    perform pg_advisory_xact_lock(1179402567, s);
  end loop;
end $$;

create function flags.lock_features_shared(features int[]) returns void language plpgsql as $$
declare s int;
begin
  for s in select distinct flags.slot(f) from unnest(features) f order by 1 loop
    perform pg_advisory_xact_lock_shared(1179402567, s);
  end loop;
end $$;

create function flags.is_held(feature int, at timestamptz) returns boolean language plpgsql stable as $$
begin
  return exists (select from flags.hold_features x join flags.holds h on h.id = x.hold_id where x.feature_id = feature and x.live and h.ended_at is null and h.expires_at > at);
end $$;

-- Ends leases whose expiry and grace are over. One that a job's transaction has asserted (FOR KEY SHARE) is skipped and still counts as inside.
create function flags.end_expired(features int[], at timestamptz) returns int language plpgsql as $$
declare n int;
begin
  with due as (
    select id from flags.leases where feature_id = any (features) and ended_at is null and expires_at + flags.grace(ttl) <= at for update skip locked
  )
  update flags.leases l set ended_at = at, ended_how = case when l.revoked_at is null then 'expired' else 'revoked' end from due where l.id = due.id;
  get diagnostics n = row_count;
  return n;
end $$;

create function flags.count_inside(features int[]) returns int language plpgsql stable as $$
begin
  return (select count(*)::int from flags.leases where feature_id = any (features) and ended_at is null);
end $$;

-- What evaluation shows of these features changes: the next version, after the rows and before the audit.
create function flags.see(p_features int[]) returns void language plpgsql as $$
begin
  perform from flags.features where id = any (p_features) order by id for no key update;
  update flags.counter set version = version + 1;
  update flags.features f set seen = c.version from flags.counter c where f.id = any (p_features);
  notify flags;
end $$;

create function flags.audit_hold(h flags.holds, did text, who_id text, who_name text, who_kind text, address text, request text, reason text, change json, versioned boolean) returns void language sql as $$
  insert into flags.audit (caller_id, caller_name, caller_kind, address, request_id, what, target, version, reason, change)
  select who_id, who_name, who_kind, address, request, did,
    (select string_agg(f.name, ', ' order by f.name collate "C") from flags.hold_features x join flags.features f on f.id = x.feature_id where x.hold_id = h.id),
    case when versioned then c.version end, reason, change
  from flags.counter c
$$;

-- outcome: entered, replay, lost, id-reused, missing, stale, held, disabled, full, recovering, parent-lost, parent-foreign
create type flags.enter_answer as (outcome text, token bigint, expires_in double precision, inside int, retry_after double precision, expires_at timestamptz);

-- stale: the feature changed since its gates were evaluated at p_version; evaluate again. p_limited: the caller saw a limit, so the lock is exclusive.
create function flags.enter(p_id uuid, p_feature int, p_version bigint, p_open boolean, p_limited boolean, p_ttl double precision, p_holder text, p_actor text,
  p_parent uuid, p_takeover boolean, p_waits boolean, p_caller text) returns flags.enter_answer language plpgsql as $$
declare
  f record; l flags.leases; p flags.leases; g flags.generation; t timestamptz; until timestamptz; w flags.takeovers; inside int; a flags.enter_answer;
begin
  if p_limited then
    perform flags.lock_features(array[p_feature]);
  else
    perform flags.lock_features_shared(array[p_feature]);
  end if;
  t := clock_timestamp();
  select * into l from flags.leases where id = p_id;
  if found then
    if l.feature_id <> p_feature or l.caller_id <> p_caller then
      a.outcome := 'id-reused';
    elsif l.ended_at is not null or l.revoked_at is not null or l.expires_at <= t then
      a.outcome := 'lost';
    else
      a := ('replay', l.token, extract(epoch from l.expires_at - t), null, null, l.expires_at);
    end if;
    return a;
  end if;
  select version, deleted, lease_limit into f from flags.features where id = p_feature;
  if f is null or f.deleted then
    a.outcome := 'missing';
    return a;
  end if;
  if f.version <> p_version or (f.lease_limit is not null and not p_limited) then
    a.outcome := 'stale';
    return a;
  end if;
  until := t + make_interval(secs => p_ttl);
  if p_parent is not null then
    select * into p from flags.leases where id = p_parent;
    if not found or p.ended_at is not null or p.revoked_at is not null or p.expires_at <= t then
      a.outcome := 'parent-lost';
    elsif p.caller_id <> p_caller then
      a.outcome := 'parent-foreign';
    end if;
    if a.outcome is not null then
      return a;
    end if;
    until := least(until, p.expires_at);
  end if;
  perform flags.check_generation();
  select * into g from flags.generation;
  if flags.is_held(p_feature, t) and not (p.id is not null and not exists (
      select from flags.hold_features x join flags.holds h on h.id = x.hold_id
      where x.feature_id = p_feature and x.live and h.ended_at is null and h.expires_at > t
        and (h.drained_at is not null or not exists (select from flags.hold_features y where y.hold_id = h.id and y.feature_id = p.feature_id)))) then
    a.outcome := 'held';
  elsif not p_open and p.id is null then
    a.outcome := 'disabled';
  elsif g.enter_guard_until > t or (f.lease_limit is not null and g.guard_until > t) then
    a.outcome := 'recovering';
    a.retry_after := extract(epoch from case when f.lease_limit is null then g.enter_guard_until else greatest(g.guard_until, g.enter_guard_until) end - t);
  elsif f.lease_limit is not null then
    perform flags.end_expired(array[p_feature], t);
    select * into w from flags.takeovers where feature_id = p_feature and asked_at > t - interval '60 seconds';
    inside := flags.count_inside(array[p_feature]);
    -- A slot that a successor asked for is nobody else's while its wish lives.
    if inside + (case when w.lease_id is not null and w.lease_id <> p_id then 1 else 0 end) >= f.lease_limit then
      a.outcome := 'full';
    end if;
  end if;
  if a.outcome is null then
    delete from flags.takeovers where feature_id = p_feature and lease_id = p_id;
    insert into flags.leases (id, feature_id, token, holder, actor, parent, caller_id, ttl, entered_at, renewed_at, expires_at)
    values (p_id, p_feature, flags.next_token(), p_holder, p_actor, p_parent, p_caller, p_ttl, t, t, until)
    returning token into a.token;
    a.outcome := 'entered';
    a.expires_in := extract(epoch from until - t);
    a.expires_at := until;
    return a;
  end if;
  a.inside := flags.count_inside(array[p_feature]);
  if a.outcome = 'full' and p_takeover and (w.lease_id is null or w.lease_id = p_id) then
    insert into flags.takeovers as wish (feature_id, lease_id, holder, actor, caller_id, ttl, version, asked_at) values (p_feature, p_id, p_holder, p_actor, p_caller, p_ttl, p_version, t)
    on conflict (feature_id) do update set lease_id = p_id, holder = p_holder, actor = p_actor, caller_id = p_caller, ttl = p_ttl, version = p_version, asked_at = t;
    if w.lease_id is null then
      notify flags;
    end if;
  end if;
  if p_waits then
    insert into flags.waiters as waiter (lease_id, feature_id, holder, takeover, since, seen_at) values (p_id, p_feature, p_holder, p_takeover, t, t)
    on conflict (lease_id) do update set seen_at = t;
  end if;
  return a;
end $$;

-- A batch of one caller's leases. outcome: renewed, expired, revoked, left, unknown (no such id), stale (the id is there, with another token or caller).
create function flags.renew(p_ids uuid[], p_tokens bigint[], p_ttl double precision, p_caller text)
returns table (id uuid, outcome text, expires_in double precision, feature_id int, closing boolean, takeover_requested boolean) language plpgsql as $$
declare t timestamptz;
begin
  perform flags.lock_features_shared(array(select distinct l.feature_id from flags.leases l where l.id = any (p_ids)));
  t := clock_timestamp();
  return query
  with asked as (select a.id, a.token from unnest(p_ids, p_tokens) a (id, token)),
  renewed as (
    update flags.leases l set renewed_at = t, ttl = coalesce(p_ttl, l.ttl),
      expires_at = greatest(l.expires_at, least(t + make_interval(secs => coalesce(p_ttl, l.ttl)),
        coalesce((select case when p.ended_at is null then p.expires_at end from flags.leases p where p.id = l.parent), 'infinity')))
    from asked a where l.id = a.id and l.token = a.token and l.caller_id = p_caller and l.ended_at is null and l.revoked_at is null and l.expires_at > t
    returning l.id, l.expires_at
  )
  select a.id,
    case when r.id is not null then 'renewed' when l.id is null then case when exists (select from flags.leases o where o.id = a.id) then 'stale' else 'unknown' end when l.revoked_at is not null then 'revoked' when l.ended_how = 'left' then 'left' else 'expired' end,
    extract(epoch from r.expires_at - t)::double precision, l.feature_id, flags.is_held(l.feature_id, t),
    exists (select from flags.takeovers w where w.feature_id = l.feature_id and w.asked_at > t - interval '60 seconds')
  from asked a left join renewed r on r.id = a.id left join flags.leases l on l.id = a.id and l.token = a.token and l.caller_id = p_caller;
end $$;

-- was: live, expired, unknown
create function flags.leave(p_id uuid, p_token bigint, p_caller text) returns text language plpgsql as $$
declare l flags.leases; f record; w flags.takeovers; t timestamptz;
begin
  -- Lost in a crash it only expires instead.
  perform set_config('synchronous_commit', 'off', true);
  delete from flags.waiters where lease_id = p_id;
  select * into l from flags.leases where id = p_id;
  if not found or l.token <> p_token or l.caller_id <> p_caller then
    return 'unknown';
  end if;
  select lease_limit, version, not (boolean or expression is not null or actors <> '{}' or groups <> '{}' or percentage_of_actors is not null or percentage_of_time is not null) as closed
  into f from flags.features where id = l.feature_id;
  if f.lease_limit is not null then
    perform flags.lock_features(array[l.feature_id]);
  else
    perform flags.lock_features_shared(array[l.feature_id]);
  end if;
  t := clock_timestamp();
  update flags.leases set ended_at = t, ended_how = 'left' where id = p_id and ended_at is null and expires_at > t;
  if not found then
    return 'expired';
  end if;
  if f.lease_limit is not null then
    select * into w from flags.takeovers where feature_id = l.feature_id and asked_at > t - interval '60 seconds';
    -- The slot is the successor's in this very transaction, unless the gates were changed since they said on for it.
    if found and w.version = f.version and not flags.is_held(l.feature_id, t) then
      perform flags.check_generation();
      delete from flags.takeovers where feature_id = l.feature_id;
      insert into flags.leases (id, feature_id, token, holder, actor, caller_id, ttl, entered_at, renewed_at, expires_at)
      values (w.lease_id, w.feature_id, flags.next_token(), w.holder, w.actor, w.caller_id, w.ttl, t, t, t + make_interval(secs => w.ttl));
      perform set_config('synchronous_commit', 'on', true);
    end if;
    notify flags;
  elsif f.closed or flags.is_held(l.feature_id, t) then
    -- Only while it is closing: a notification of every leave would halve the throughput.
    notify flags;
  end if;
  return 'live';
end $$;

-- outcome: placed, replay, ended, id-reused, missing, conflict
create type flags.place_answer as (outcome text, token bigint, expires_in double precision, inside int, other uuid, missing text, expires_at timestamptz);

create function flags.place_hold(p_id uuid, p_features int[], p_holder text, p_reason text, p_url text, p_ttl double precision, p_max double precision, p_exclusive boolean,
  p_caller text, p_name text, p_kind text, p_address text, p_request text) returns flags.place_answer language plpgsql as $$
declare h flags.holds; t timestamptz; a flags.place_answer;
begin
  perform flags.lock_features(p_features);
  t := clock_timestamp();
  select * into h from flags.holds where id = p_id;
  if found then
    if h.caller_id <> p_caller or not (select array_agg(x.feature_id order by x.feature_id) from flags.hold_features x where x.hold_id = p_id) = (select array_agg(f order by f) from unnest(p_features) f) then
      a.outcome := 'id-reused';
    elsif h.ended_at is not null or h.expires_at <= t then
      a.outcome := 'ended';
    else
      a := ('replay', h.token, extract(epoch from h.expires_at - t), flags.count_inside(p_features), null, null, h.expires_at);
    end if;
    return a;
  end if;
  select name into a.missing from flags.features where id = any (p_features) and deleted limit 1;
  if found then
    a.outcome := 'missing';
    return a;
  end if;
  select o.id into a.other from flags.holds o join flags.hold_features x on x.hold_id = o.id
  where x.feature_id = any (p_features) and x.live and o.ended_at is null and o.expires_at > t and (o.exclusive or p_exclusive) limit 1;
  if found then
    a.outcome := 'conflict';
    return a;
  end if;
  perform flags.check_generation();
  perform flags.see(p_features);
  a.inside := flags.count_inside(p_features);
  insert into flags.holds (id, token, holder, reason, url, exclusive, caller_id, caller_name, caller_kind, placed_at, expires_at, hard_limit_at, inside_at_start)
  values (p_id, flags.next_token(), p_holder, p_reason, p_url, p_exclusive, p_caller, p_name, p_kind, t, t + make_interval(secs => least(p_ttl, p_max)), t + make_interval(secs => p_max), a.inside)
  returning * into h;
  insert into flags.hold_features (hold_id, feature_id) select p_id, f from unnest(p_features) f;
  perform flags.audit_hold(h, 'hold.place', p_caller, p_name, p_kind, p_address, p_request, p_reason,
    json_build_object('hold', p_id, 'holder', p_holder, 'ttlSeconds', p_ttl, 'inside', a.inside, 'exclusive', p_exclusive), true);
  a.outcome := 'placed';
  a.token := h.token;
  a.expires_in := extract(epoch from h.expires_at - t);
  a.expires_at := h.expires_at;
  return a;
end $$;

create function flags.features_of(p_hold uuid) returns int[] language plpgsql stable as $$
begin
  return (select array_agg(feature_id order by feature_id) from flags.hold_features where hold_id = p_hold);
end $$;

-- outcome: extended, limit, ended, unknown, foreign (placed by another than p_caller; null is anybody), stale (another token; null is any)
create function flags.extend_hold(p_id uuid, p_token bigint, p_ttl double precision, p_caller text default null) returns table (outcome text, expires_in double precision) language plpgsql as $$
declare h flags.holds; t timestamptz;
begin
  perform flags.lock_features(flags.features_of(p_id));
  t := clock_timestamp();
  select * into h from flags.holds where id = p_id for update;
  if not found then
    return query select 'unknown', null::double precision;
  elsif h.caller_id <> p_caller then
    return query select 'foreign', null::double precision;
  elsif h.token <> p_token then
    return query select 'stale', null::double precision;
  elsif h.ended_at is not null or h.expires_at <= t then
    return query select 'ended', null::double precision;
  elsif h.expires_at >= h.hard_limit_at then
    return query select 'limit', extract(epoch from h.expires_at - t)::double precision;
  else
    update flags.holds set expires_at = least(greatest(expires_at, t + make_interval(secs => p_ttl)), hard_limit_at), extended_at = t, extensions = extensions + 1 where id = p_id returning * into h;
    return query select 'extended', extract(epoch from h.expires_at - t)::double precision;
  end if;
end $$;

-- outcome: drained, draining, recovering, ended, unknown, foreign (placed by another than p_caller; null is anybody)
create type flags.drain_answer as (outcome text, drained_at timestamptz, token bigint, left_count int, expired_count int, inside int, retry_after double precision);

create function flags.drain_step(p_id uuid, p_caller text default null) returns flags.drain_answer language plpgsql as $$
declare h flags.holds; g flags.generation; features int[]; t timestamptz; ended int; a flags.drain_answer;
begin
  features := flags.features_of(p_id);
  perform flags.lock_features(features);
  t := clock_timestamp();
  select * into h from flags.holds where id = p_id for update;
  if not found then
    a.outcome := 'unknown';
    return a;
  end if;
  if h.caller_id <> p_caller then
    a.outcome := 'foreign';
    return a;
  end if;
  if h.ended_at is not null or h.expires_at <= t then
    a.outcome := 'ended';
    return a;
  end if;
  if h.drained_at is not null then
    return ('drained', h.drained_at, h.token, h.left_count, h.expired_count, 0, null)::flags.drain_answer;
  end if;
  perform flags.check_generation();
  select * into g from flags.generation;
  if g.guard_until > t then
    return ('recovering', null, h.token, null, null, flags.count_inside(features), extract(epoch from g.guard_until - t))::flags.drain_answer;
  end if;
  ended := flags.end_expired(features, t);
  -- A statement of its own: it must see what the one before it ended, and every lease committed before the lock.
  a.inside := flags.count_inside(features);
  if a.inside > 0 then
    update flags.holds set expired_count = expired_count + ended where id = p_id and ended > 0;
    a := ('draining', null, h.token, null, h.expired_count + ended, a.inside, null);
    return a;
  end if;
  update flags.holds set drained_at = t, expired_count = expired_count + ended,
    left_count = (select count(*) from flags.leases l where l.feature_id = any (features) and l.ended_how = 'left' and l.ended_at >= h.placed_at and l.entered_at <= t)
  where id = p_id returning * into h;
  perform flags.audit_hold(h, 'hold.drain', 'server', 'server', 'server', null, null, null, json_build_object('hold', p_id, 'left', h.left_count, 'expired', h.expired_count), false);
  notify flags;
  return ('drained', h.drained_at, h.token, h.left_count, h.expired_count, 0, null)::flags.drain_answer;
end $$;

-- was: active, drained, released, expired, forced, unknown, foreign (p_own, and another placed it). A hold past its expiry ends as expired, whoever asks.
create function flags.end_hold(p_id uuid, p_how text, p_caller text, p_name text, p_kind text, p_address text, p_request text, p_reason text, p_own boolean default false) returns text language plpgsql as $$
declare h flags.holds; t timestamptz; was text; how text;
begin
  perform flags.lock_features(flags.features_of(p_id));
  t := clock_timestamp();
  select * into h from flags.holds where id = p_id for update;
  if not found then
    return 'unknown';
  end if;
  if p_own and h.caller_id <> p_caller then
    return 'foreign';
  end if;
  if h.ended_at is not null then
    return h.ended_how;
  end if;
  how := case when h.expires_at <= t then 'expired' else p_how end;
  if how is null then
    return 'active';
  end if;
  was := case when how = 'expired' then 'expired' when h.drained_at is not null then 'drained' else 'active' end;
  perform flags.see(flags.features_of(p_id));
  update flags.hold_features set live = false where hold_id = p_id;
  update flags.holds set ended_at = case when how = 'expired' then expires_at else t end, ended_how = how, ended_by = case when how = 'expired' then 'server' else p_name end where id = p_id returning * into h;
  if how = 'expired' then
    perform flags.audit_hold(h, 'hold.expire', 'server', 'server', 'server', null, null, null, json_build_object('hold', p_id, 'drained', h.drained_at is not null), true);
  else
    perform flags.audit_hold(h, case how when 'forced' then 'hold.force' else 'hold.release' end, p_caller, p_name, p_kind, p_address, p_request, p_reason,
      json_build_object('hold', p_id, 'holder', h.holder, 'was', was), true);
  end if;
  return was;
end $$;

-- Tells the jobs inside to stop: their renewals are refused from now on; they count as inside until they leave or expire.
create function flags.revoke_leases(p_id uuid, p_caller text, p_name text, p_kind text, p_address text, p_request text, p_reason text) returns int language plpgsql as $$
declare h flags.holds; t timestamptz; n int;
begin
  perform flags.lock_features(flags.features_of(p_id));
  t := clock_timestamp();
  select * into h from flags.holds where id = p_id;
  if not found or h.ended_at is not null or h.expires_at <= t then
    return null;
  end if;
  update flags.leases set revoked_at = t where feature_id = any (flags.features_of(p_id)) and ended_at is null and revoked_at is null;
  get diagnostics n = row_count;
  perform flags.audit_hold(h, 'hold.revoke', p_caller, p_name, p_kind, p_address, p_request, p_reason, json_build_object('hold', p_id, 'leases', n), false);
  notify flags;
  return n;
end $$;

-- How many are inside, expired ones ended first: zero after the feature was turned off means that nobody is inside nor can enter.
create function flags.settle(p_feature int) returns int language plpgsql as $$
begin
  perform flags.lock_features(array[p_feature]);
  perform flags.end_expired(array[p_feature], clock_timestamp());
  return flags.count_inside(array[p_feature]);
end $$;

-- An admin knows that nothing was lost, or takes the risk. Seconds that were left of the guard; null when there was none.
create function flags.waive_guard(p_caller text, p_name text, p_kind text, p_address text, p_request text, p_reason text) returns double precision language plpgsql as $$
declare g flags.generation; seconds double precision;
begin
  select * into g from flags.generation for update;
  seconds := extract(epoch from greatest(g.guard_until, g.enter_guard_until) - clock_timestamp());
  if seconds is null or seconds <= 0 then
    return null;
  end if;
  update flags.generation set guard_until = null, enter_guard_until = null;
  insert into flags.audit (caller_id, caller_name, caller_kind, address, request_id, what, target, reason, change)
  values (p_caller, p_name, p_kind, p_address, p_request, 'recovery.waive', 'recovery', p_reason, json_build_object('seconds', seconds));
  notify flags;
  return seconds;
end $$;

-- For jobs whose data live in this very database: inside their own transaction, before they commit. Renewals go on; a drain counts the lease
-- as inside until that transaction ends. It takes no advisory lock.
create function flags.assert_lease(p_id uuid, p_token bigint) returns void language plpgsql as $$
begin
  perform from flags.leases where id = p_id and token = p_token and ended_at is null and expires_at > clock_timestamp() for key share;
  if not found then
    raise exception 'the lease % is over', p_id using errcode = 'FL001', hint = 'Roll back and enter again.';
  end if;
end $$;

-- Ended rows are kept a day.
create function flags.sweep() returns void language plpgsql as $$
begin
  delete from flags.leases where id in (select id from flags.leases where ended_at < clock_timestamp() - interval '1 day' limit 1000);
  delete from flags.waiters where seen_at < clock_timestamp() - interval '5 minutes';
  delete from flags.takeovers where asked_at < clock_timestamp() - interval '5 minutes';
end $$;
