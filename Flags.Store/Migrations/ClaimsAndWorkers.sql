-- Claims, workers, and the end of a holder that a successor waits for. As in DeploySafety.sql: an operation is one function, locks come first, and
-- time is clock_timestamp() read after the lock.

-- The row of a key is its order: whoever inserts it, or locks it when it is free, has won.
create table flags.claims (
  key text collate "C" primary key check (octet_length(key) between 1 and 255),
  owner text not null,
  caller_id text not null,
  token bigint not null,
  attempt int not null,
  once boolean not null,
  ttl double precision not null,
  keep double precision not null,
  state text not null check (state in ('claimed', 'done', 'abandoned')),
  claimed_at timestamptz not null,
  expires_at timestamptz not null,
  -- From when on anybody may claim it.
  free_at timestamptz not null,
  -- A claim that expired is kept too: its next attempt has the next number.
  keep_until timestamptz not null,
  ended_at timestamptz,
  result text check (octet_length(result) <= 65536)
) with (fillfactor = 70);
create index claims_kept on flags.claims (keep_until);

create table flags.workers (
  id text collate "C" primary key,
  role text not null,
  version text not null,
  host text,
  leases int,
  caller_id text not null,
  state text not null check (state in ('starting', 'ready', 'quiet', 'stopped')),
  instruction text not null default 'none' check (instruction in ('none', 'quiet', 'terminate')),
  started_at timestamptz not null,
  changed_at timestamptz not null,
  seen_at timestamptz not null
) with (fillfactor = 50);
create index workers_role on flags.workers (role);

-- When a holder was told of which successor: it is told once, and then has to leave.
alter table flags.leases add column told_for uuid, add column told_at timestamptz;

alter table flags.generation add column claim_guard_until timestamptz;

-- As before, and three times as fast: which cluster and which database this is cannot change while a session lives, so that is looked up once a session
-- (pg_control_system() reads a file); the timeline can, when a standby is promoted, and the row and its table when data is restored.
create or replace function flags.check_generation() returns void language plpgsql as $$
declare
  g flags.generation;
  home text := nullif(current_setting('flags.home', true), '');
  line text := left(pg_walfile_name(pg_current_wal_lsn()), 8);
  tab bigint := 'flags.generation'::regclass::oid::bigint;
  system text;
  db bigint;
begin
  if home is null then
    home := set_config('flags.home', (select c.system_identifier || ' ' || d.oid from pg_control_system() c, pg_database d where d.datname = current_database()), false);
  end if;
  system := split_part(home, ' ', 1);
  db := split_part(home, ' ', 2);
  select * into g from flags.generation;
  if g.system_identifier = system and g.database_oid = db and g.timeline = line and g.table_oid = tab then
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

-- An hour is the longest claim: one that was forgotten may still be worked on.
create or replace function flags.arm_guard() returns void language sql as $$
  update flags.generation set guard_until = clock_timestamp() + make_interval(secs => max_lease_seconds + 5), enter_guard_until = clock_timestamp() + interval '2 minutes',
    claim_guard_until = clock_timestamp() + interval '1 hour'
$$;

create or replace function flags.waive_guard(p_caller text, p_name text, p_kind text, p_address text, p_request text, p_reason text) returns double precision language plpgsql as $$
declare g flags.generation; seconds double precision;
begin
  select * into g from flags.generation for update;
  seconds := extract(epoch from greatest(g.guard_until, g.enter_guard_until, g.claim_guard_until) - clock_timestamp());
  if seconds is null or seconds <= 0 then
    return null;
  end if;
  update flags.generation set guard_until = null, enter_guard_until = null, claim_guard_until = null;
  insert into flags.audit (caller_id, caller_name, caller_kind, address, request_id, what, target, reason, change)
  values (p_caller, p_name, p_kind, p_address, p_request, 'recovery.waive', 'recovery', p_reason, json_build_object('seconds', seconds));
  notify flags;
  return seconds;
end $$;

-- outcome: claimed, replay, taken, done, recovering
create type flags.claim_answer as (outcome text, token bigint, attempt int, expires_in double precision, result text);

create function flags.claim(p_key text, p_owner text, p_ttl double precision, p_keep double precision, p_once boolean, p_caller text) returns flags.claim_answer language plpgsql as $$
declare c flags.claims; t timestamptz; guard timestamptz; base bigint; life interval := make_interval(secs => p_ttl); kept interval := make_interval(secs => p_keep);
begin
  perform flags.check_generation();
  select claim_guard_until, start_seconds * 1048576 into guard, base from flags.generation;
  -- Again only when the row comes or goes between two statements.
  for look in 1..10 loop
    t := clock_timestamp();
    if guard is null or guard <= t then
      insert into flags.claims (key, owner, caller_id, token, attempt, once, ttl, keep, state, claimed_at, expires_at, free_at, keep_until)
      values (p_key, p_owner, p_caller, base + nextval('flags.tokens'), 1, p_once, p_ttl, p_keep, 'claimed', t, t + life, t + case when p_once then greatest(life, kept) else life end, t + life + kept)
      on conflict (key) do nothing returning * into c;
      if found then
        return ('claimed', c.token, c.attempt, p_ttl, null)::flags.claim_answer;
      end if;
    end if;
    -- Who comes too late writes nothing, and waits for nobody.
    select * into c from flags.claims where key = p_key;
    t := clock_timestamp();
    if guard > t and (c.key is null or c.free_at <= t) then
      return ('recovering', null, null, extract(epoch from guard - t), null)::flags.claim_answer;
    end if;
    continue when c.key is null;
    if c.free_at <= t then
      -- A statement of its own: what was free may be claimed again, renewed or swept by now.
      select * into c from flags.claims where key = p_key for update;
      t := clock_timestamp();
      continue when c.key is null;
      if c.free_at <= t then
        update flags.claims set owner = p_owner, caller_id = p_caller, token = flags.next_token(), attempt = case when c.state = 'done' then 1 else c.attempt + 1 end, once = p_once, ttl = p_ttl, keep = p_keep, state = 'claimed',
          claimed_at = t, expires_at = t + life, free_at = t + case when p_once then greatest(life, kept) else life end, keep_until = t + life + kept, ended_at = null, result = null
        where key = p_key returning * into c;
        return ('claimed', c.token, c.attempt, p_ttl, null)::flags.claim_answer;
      end if;
    end if;
    if c.state = 'claimed' and c.expires_at > t and c.owner = p_owner and c.caller_id = p_caller then
      return ('replay', c.token, c.attempt, extract(epoch from c.expires_at - t), null)::flags.claim_answer;
    end if;
    return (case c.state when 'done' then 'done' else 'taken' end, null, c.attempt, extract(epoch from c.free_at - t), c.result)::flags.claim_answer;
  end loop;
  raise exception 'the claim comes and goes' using errcode = 'serialization_failure';
end $$;

-- outcome: renewed, expired, done, abandoned, stale (another token or caller), unknown
create function flags.renew_claim(p_key text, p_token bigint, p_ttl double precision, p_caller text) returns table (outcome text, expires_in double precision) language plpgsql as $$
declare c flags.claims; t timestamptz;
begin
  select * into c from flags.claims where key = p_key for update;
  t := clock_timestamp();
  if c.key is null then
    return query select 'unknown', null::double precision;
  elsif c.token <> p_token or c.caller_id <> p_caller then
    return query select 'stale', null::double precision;
  elsif c.state <> 'claimed' then
    return query select c.state, null::double precision;
  elsif c.expires_at <= t then
    return query select 'expired', null::double precision;
  else
    c.ttl := coalesce(p_ttl, c.ttl);
    c.expires_at := greatest(c.expires_at, t + make_interval(secs => c.ttl));
    update flags.claims set ttl = c.ttl, expires_at = c.expires_at, free_at = case when c.once then greatest(c.free_at, c.expires_at) else c.expires_at end,
      keep_until = c.expires_at + make_interval(secs => c.keep) where key = p_key;
    return query select 'renewed', extract(epoch from c.expires_at - t)::double precision;
  end if;
end $$;

-- p_how: done, abandoned. outcome: what the claim is now (it may have been so before), stale (another token or caller), unknown.
-- An expired claim that nobody took since can still be completed: the work is done.
create function flags.end_claim(p_key text, p_token bigint, p_how text, p_result text, p_caller text) returns table (outcome text, kept_for double precision) language plpgsql as $$
declare c flags.claims; t timestamptz;
begin
  select * into c from flags.claims where key = p_key for update;
  t := clock_timestamp();
  if c.key is null then
    return query select 'unknown', null::double precision;
  elsif c.token <> p_token or c.caller_id <> p_caller then
    return query select 'stale', null::double precision;
  else
    if c.state = 'claimed' then
      update flags.claims set state = p_how, result = p_result, ended_at = t, free_at = case p_how when 'done' then t + make_interval(secs => c.keep) else t end, keep_until = t + make_interval(secs => c.keep)
      where key = p_key returning * into c;
    end if;
    return query select c.state, greatest(0, extract(epoch from c.free_at - t))::double precision;
  end if;
end $$;

create function flags.worker_rank(p_state text) returns int language sql immutable as $$ select array_position(array['starting', 'ready', 'quiet', 'stopped'], p_state) $$;

create function flags.instruction_rank(p_instruction text) returns int language sql immutable as $$ select array_position(array['none', 'quiet', 'terminate'], p_instruction) $$;

-- outcome: seen, back (it is further than p_state already), id-reused. state: what it is now.
create function flags.heartbeat(p_id text, p_role text, p_version text, p_state text, p_host text, p_leases int, p_caller text) returns table (outcome text, instruction text, state text) language plpgsql as $$
declare w flags.workers; t timestamptz;
begin
  t := clock_timestamp();
  insert into flags.workers (id, role, version, host, leases, caller_id, state, started_at, changed_at, seen_at)
  values (p_id, p_role, p_version, p_host, p_leases, p_caller, p_state, t, t, t) on conflict (id) do nothing;
  if found then
    notify flags;
    return query select 'seen', 'none', p_state;
    return;
  end if;
  -- A statement of its own: a heartbeat that was held up on its way must not bring back what a later one ended.
  select * into w from flags.workers where id = p_id for update;
  t := clock_timestamp();
  if w.id is null then
    raise exception 'the worker was swept' using errcode = 'serialization_failure';
  elsif w.role <> p_role or w.version <> p_version or w.caller_id <> p_caller then
    return query select 'id-reused', w.instruction, w.state;
  elsif flags.worker_rank(p_state) < flags.worker_rank(w.state) then
    return query select 'back', w.instruction, w.state;
  else
    update flags.workers set state = p_state, host = coalesce(p_host, w.host), leases = p_leases, seen_at = t, changed_at = case when w.state = p_state then w.changed_at else t end where id = p_id;
    if w.state <> p_state then
      notify flags;
    end if;
    return query select 'seen', w.instruction, p_state;
  end if;
end $$;

-- Instructions never go back: who was told to terminate is not told to be quiet. Workers that seem lost are told too, in case they wake; the answer counts the others.
create function flags.instruct_workers(p_role text, p_version text, p_except text, p_id text, p_instruction text, p_lost double precision,
  p_caller text, p_name text, p_kind text, p_address text, p_request text, p_reason text) returns int language plpgsql as $$
declare n int; told int;
begin
  update flags.workers set instruction = p_instruction
  where role = p_role and (p_version is null or version = p_version) and (p_except is null or version <> p_except) and (p_id is null or id = p_id)
    and state <> 'stopped' and flags.instruction_rank(instruction) < flags.instruction_rank(p_instruction);
  get diagnostics n = row_count;
  select count(*) into told from flags.workers
  where role = p_role and (p_version is null or version = p_version) and (p_except is null or version <> p_except) and (p_id is null or id = p_id)
    and state <> 'stopped' and seen_at > clock_timestamp() - make_interval(secs => p_lost);
  if n > 0 then
    insert into flags.audit (caller_id, caller_name, caller_kind, address, request_id, what, target, reason, change)
    values (p_caller, p_name, p_kind, p_address, p_request, 'workers.' || p_instruction, p_role, p_reason, json_build_object('version', p_version, 'exceptVersion', p_except, 'id', p_id, 'workers', n));
    notify flags;
  end if;
  return told;
end $$;

-- As before, and: the job that is inside the longest is told that a successor waits, by a renewal that still extends. From then on nothing extends
-- its life, and once a quarter of its TTL has passed a renewal revokes it: who does not answer its successor cannot stay.
create or replace function flags.renew(p_ids uuid[], p_tokens bigint[], p_ttl double precision, p_caller text)
returns table (id uuid, outcome text, expires_in double precision, feature_id int, closing boolean, takeover_requested boolean) language plpgsql as $$
declare t timestamptz;
begin
  perform flags.lock_features_shared(array(select distinct l.feature_id from flags.leases l where l.id = any (p_ids)));
  t := clock_timestamp();
  return query
  with asked as materialized (
    select a.id, a.token, w.lease_id as successor
    from unnest(p_ids, p_tokens) a (id, token) left join flags.leases o on o.id = a.id
      left join flags.takeovers w on w.feature_id = o.feature_id and w.asked_at > t - interval '60 seconds'
        and a.id = (select x.id from flags.leases x where x.feature_id = w.feature_id and x.ended_at is null order by x.token limit 1)
  ),
  silent as (
    update flags.leases l set revoked_at = t
    from asked a where l.id = a.id and l.token = a.token and l.caller_id = p_caller and l.ended_at is null and l.revoked_at is null and l.expires_at > t
      and l.told_for = a.successor and l.told_at + make_interval(secs => l.ttl / 4) <= t
    returning l.id
  ),
  renewed as (
    update flags.leases l set renewed_at = t, ttl = coalesce(p_ttl, l.ttl), told_for = a.successor, told_at = case when l.told_for = a.successor then l.told_at when a.successor is not null then t end,
      expires_at = case when l.told_for = a.successor then l.expires_at else greatest(l.expires_at, least(t + make_interval(secs => coalesce(p_ttl, l.ttl)),
        coalesce((select case when p.ended_at is null then p.expires_at end from flags.leases p where p.id = l.parent), 'infinity'))) end
    from asked a where l.id = a.id and l.token = a.token and l.caller_id = p_caller and l.ended_at is null and l.revoked_at is null and l.expires_at > t
      and (l.told_for = a.successor and l.told_at + make_interval(secs => l.ttl / 4) <= t) is not true
    returning l.id, l.expires_at
  )
  select a.id,
    case when r.id is not null then 'renewed' when l.id is null then case when exists (select from flags.leases o where o.id = a.id) then 'stale' else 'unknown' end when l.revoked_at is not null or s.id is not null then 'revoked' when l.ended_how = 'left' then 'left' else 'expired' end,
    extract(epoch from r.expires_at - t)::double precision, l.feature_id, flags.is_held(l.feature_id, t), a.successor is not null
  from asked a left join renewed r on r.id = a.id left join silent s on s.id = a.id left join flags.leases l on l.id = a.id and l.token = a.token and l.caller_id = p_caller;
end $$;

create or replace function flags.sweep() returns void language plpgsql as $$
begin
  delete from flags.waiters where seen_at < clock_timestamp() - interval '5 minutes';
  delete from flags.takeovers where asked_at < clock_timestamp() - interval '5 minutes';
end $$;

-- One batch of what is over: leases and workers after a day, claims after their time. It waits for nobody; the answer is the most rows of one table.
create function flags.sweep_ended(p_most int) returns int language plpgsql as $$
declare t timestamptz := clock_timestamp(); n int; most int;
begin
  delete from flags.leases where id in (select id from flags.leases where ended_at < t - interval '1 day' order by ended_at limit p_most for update skip locked);
  get diagnostics most = row_count;
  delete from flags.claims where key in (select key from flags.claims where keep_until <= t order by keep_until limit p_most for update skip locked);
  get diagnostics n = row_count;
  most := greatest(most, n);
  delete from flags.workers where id in (select id from flags.workers where seen_at < t - interval '1 day' limit p_most for update skip locked);
  get diagnostics n = row_count;
  return greatest(most, n);
end $$;
