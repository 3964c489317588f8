-- Circuit breakers of external services, shared by all isolates: a single isolate does not live long enough to detect a
-- failing service. Same rules as shared/background/circuit/circuit_breaker.ts, by the database's clock. Idempotent.

create table if not exists public.circuit_breakers (
  name text primary key check (length(name) between 1 and 200),
  -- Failures in a row.
  failures integer not null default 0,
  -- Time of the next try; null while the breaker is closed.
  open_until timestamptz,
  -- While open: end of the claim of the caller that tries the service.
  probe_until timestamptz
);

-- No policy: only the function uses the table, and its secret key bypasses row-level security.
alter table public.circuit_breakers enable row level security;
revoke all on table public.circuit_breakers from public, anon, authenticated;
grant select, insert, update, delete on table public.circuit_breakers to service_role;

-- Returns the breaker's state: {"state": "closed", "clean"}, {"state": "open", "wait_ms"} or {"state": "half-open"}.
-- With claim_ms, a half-open breaker reserves its single try for this caller, for claim_ms milliseconds:
-- {"state": "claimed"}.
create or replace function public.circuit_breaker_enter(breaker text, claim_ms integer default 0)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $enter$
declare
  moment constant timestamptz := clock_timestamp();
  known public.circuit_breakers;
  until_moment timestamptz;
begin
  if claim_ms > 0 then
    -- Only one of several concurrent callers gets the try: the others wait for the row, and then find it changed.
    update public.circuit_breakers
    set probe_until = moment + claim_ms * interval '1 millisecond'
    where name = breaker and open_until is not null and greatest(open_until, probe_until) <= moment;
    if found then
      return jsonb_build_object('state', 'claimed');
    end if;
  end if;
  select * into known from public.circuit_breakers where name = breaker;
  if not found or known.open_until is null then
    return jsonb_build_object('state', 'closed', 'clean', coalesce(known.failures, 0) = 0);
  end if;
  until_moment := greatest(known.open_until, known.probe_until);
  if until_moment <= moment then
    return jsonb_build_object('state', 'half-open');
  end if;
  return jsonb_build_object(
    'state', 'open',
    'wait_ms', greatest(1, ceil(extract(epoch from until_moment - moment) * 1000)::bigint)
  );
end
$enter$;

-- Reports the outcome of a call: answered, failed or abandoned. Durations are in milliseconds.
create or replace function public.circuit_breaker_report(
  breaker text,
  outcome text,
  was_probe boolean,
  failures_to_open integer,
  cooldown_ms integer,
  longest_ms integer,
  retry_after_ms integer default 0
)
returns void
language plpgsql
security invoker
set search_path = ''
as $report$
declare
  moment constant timestamptz := clock_timestamp();
  known public.circuit_breakers;
  counted integer;
  own_ms double precision := 0;
begin
  if outcome = 'answered' then
    update public.circuit_breakers
    set failures = 0, open_until = null, probe_until = null
    where name = breaker and (open_until is null or was_probe);
    return;
  end if;
  if outcome = 'abandoned' then
    update public.circuit_breakers set probe_until = null
    where name = breaker and was_probe;
    return;
  end if;
  if outcome <> 'failed' then
    raise exception 'outcome has to be answered, failed or abandoned' using errcode = '22023';
  end if;

  insert into public.circuit_breakers (name) values (breaker) on conflict (name) do nothing;
  -- Locks the row to the end, so that concurrent reports run one after the other.
  select * into strict known from public.circuit_breakers where name = breaker for update;
  -- While it is open, only the report of the single try counts: other calls began before it opened.
  if known.open_until is not null and not was_probe then
    return;
  end if;
  counted := known.failures + 1;
  if known.open_until is null and counted < failures_to_open and retry_after_ms <= 0 then
    update public.circuit_breakers set failures = counted where name = breaker;
    return;
  end if;
  -- Below the limit of failures, a wait that the service itself names replaces the cooldown.
  if counted >= failures_to_open or retry_after_ms <= 0 then
    own_ms := cooldown_ms * 2.0 ^ least(20, greatest(0, counted - failures_to_open));
  end if;
  update public.circuit_breakers
  set
    failures = counted,
    open_until = moment + interval '1 millisecond' * least(longest_ms, greatest(own_ms, retry_after_ms)),
    probe_until = null
  where name = breaker;
end
$report$;

revoke all on function public.circuit_breaker_enter(text, integer)
  from public, anon, authenticated;
revoke all on function public.circuit_breaker_report(text, text, boolean, integer, integer, integer, integer)
  from public, anon, authenticated;
grant execute on function public.circuit_breaker_enter(text, integer) to service_role;
grant execute on function public.circuit_breaker_report(text, text, boolean, integer, integer, integer, integer)
  to service_role;
