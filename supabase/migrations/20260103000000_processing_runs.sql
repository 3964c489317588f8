-- What came of each photo request: an isolate of the function lives too short for counters in its memory to say much.
-- No image data, no names of users or files. Can be run again.

create table if not exists public.processing_runs (
  -- The function's own, so that a run whose writing is tried again is there once.
  id uuid primary key,
  started_at timestamptz not null,
  request_id text not null check (length(request_id) <= 128),
  outcome text not null generated always as (
    case when error_code is null then 'success' else 'failure' end
  ) stored,
  -- The code that was answered; null for a success.
  error_code text,
  served_by text not null check (served_by in ('new', 'legacy')),
  -- Processed for comparison only: the caller had another's answer.
  is_shadow boolean not null default false,
  bytes_in bigint not null,
  -- Pixels after EXIF orientation; null where they are not known.
  width_in integer,
  height_in integer,
  bytes_out bigint not null,
  -- From the request's arrival to its answer, in milliseconds.
  total_ms double precision not null,
  -- Wall time of each step, in milliseconds, by its name.
  steps_ms jsonb not null default '{}',
  -- CPU as the isolate accounts it, in milliseconds.
  cpu_ms double precision not null,
  api4ai text not null check (api4ai in ('called', 'cached', 'none')),
  warnings text[] not null default '{}'
);

create index if not exists processing_runs_started_at on public.processing_runs (started_at);

-- Sums over all runs that ever were, those that have been dropped too: they only grow, as a counter has to. A row for each
-- way of ending and each class of duration, so that whoever adds a run seldom waits for another who does.
create table if not exists public.processing_totals (
  -- new, legacy, or shadow: what was processed for comparison only is counted apart.
  served_by text not null,
  -- Empty for successes.
  error_code text not null,
  -- Upper bound of the class of duration, in seconds.
  le double precision not null,
  requests bigint not null,
  api4ai_calls bigint not null,
  cached_cutouts bigint not null,
  seconds double precision not null,
  cpu_seconds double precision not null,
  bytes_in bigint not null,
  bytes_out bigint not null,
  primary key (served_by, error_code, le)
);

-- No policy: nobody but the function, whose secret key row-level security does not bind.
alter table public.processing_runs enable row level security;
alter table public.processing_totals enable row level security;
revoke all on table public.processing_runs, public.processing_totals from public, anon, authenticated;
grant select, insert, update, delete on table public.processing_runs, public.processing_totals to service_role;

-- Records runs: batch is {"runs": [a row each], "bounds": [seconds], "keep_days"}. Rows older than that are dropped, a few
-- each time: the index tells at once that there are none.
create or replace function public.processing_runs_record(batch jsonb)
returns void
language plpgsql
security invoker
set search_path = ''
as $record$
declare
  moment constant timestamptz := clock_timestamp();
begin
  with added as (
    insert into public.processing_runs (
      id, started_at, request_id, error_code, served_by, is_shadow, bytes_in, width_in, height_in, bytes_out,
      total_ms, steps_ms, cpu_ms, api4ai, warnings
    )
    select
      -- An isolate's clock that is fast shall not put runs out of reach of the retention.
      run.id, least(run.started_at, moment), run.request_id, run.error_code, run.served_by, run.is_shadow,
      run.bytes_in, run.width_in, run.height_in, run.bytes_out, run.total_ms, run.steps_ms, run.cpu_ms, run.api4ai,
      run.warnings
    from jsonb_to_recordset(batch -> 'runs') as run (
      id uuid, started_at timestamptz, request_id text, error_code text, served_by text, is_shadow boolean,
      bytes_in bigint, width_in integer, height_in integer, bytes_out bigint, total_ms double precision,
      steps_ms jsonb, cpu_ms double precision, api4ai text, warnings text[]
    )
    on conflict (id) do nothing
    returning *
  ), classed as (
    select
      added.*,
      (
        select coalesce(min(bound::double precision), 'Infinity')
        from jsonb_array_elements_text(batch -> 'bounds') as bound
        where bound::double precision >= added.total_ms / 1000
      ) as le
    from added
  )
  insert into public.processing_totals as total (
    served_by, error_code, le, requests, api4ai_calls, cached_cutouts, seconds, cpu_seconds, bytes_in, bytes_out
  )
  select
    case when is_shadow then 'shadow' else served_by end as counted_as, coalesce(error_code, ''), le, count(*),
    count(*) filter (where api4ai = 'called'), count(*) filter (where api4ai = 'cached'), sum(total_ms) / 1000,
    sum(cpu_ms) / 1000, sum(bytes_in), sum(bytes_out)
  from classed
  group by 1, 2, 3
  -- In one order: two who add the same rows wait for each other in turn, and not for ever.
  order by 1, 2, 3
  on conflict (served_by, error_code, le) do update set
    requests = total.requests + excluded.requests,
    api4ai_calls = total.api4ai_calls + excluded.api4ai_calls,
    cached_cutouts = total.cached_cutouts + excluded.cached_cutouts,
    seconds = total.seconds + excluded.seconds,
    cpu_seconds = total.cpu_seconds + excluded.cpu_seconds,
    bytes_in = total.bytes_in + excluded.bytes_in,
    bytes_out = total.bytes_out + excluded.bytes_out;

  delete from public.processing_runs
  where id in (
    select id from public.processing_runs
    where started_at < moment - (batch ->> 'keep_days')::integer * interval '1 day'
    order by started_at
    limit 100
    -- What another one drops right now is no concern of this one.
    for update skip locked
  );
end
$record$;

-- What has been recorded: {"windows": {"last_hour", "last_day"}, "totals": [...]}. A window has figures for new, legacy,
-- shadow and all (without shadow), as far as there were any; durations in seconds.
create or replace function public.processing_runs_statistics()
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $statistics$
declare
  moment constant timestamptz := clock_timestamp();
  windows jsonb;
  totals jsonb;
begin
  with recent as (
    select
      case when is_shadow then 'shadow' else served_by end as served_by, started_at, error_code, api4ai,
      total_ms / 1000 as seconds
    from public.processing_runs
    where started_at >= moment - interval '1 day'
  ), counted as (
    select span.name, shown.served_by, recent.error_code, recent.api4ai, recent.seconds
    from recent
    cross join (values ('last_hour', interval '1 hour'), ('last_day', interval '1 day')) as span (name, length)
    cross join lateral (values (recent.served_by), ('all')) as shown (served_by)
    where recent.started_at >= moment - span.length and (shown.served_by = 'all') <= (recent.served_by <> 'shadow')
  ), codes as (
    select name, served_by, jsonb_object_agg(error_code, times) as failures_by_code
    from (
      select name, served_by, error_code, count(*) as times
      from counted
      where error_code is not null
      group by 1, 2, 3
    ) as failed
    group by 1, 2
  ), figures as (
    select
      name, served_by,
      jsonb_build_object(
        'requests', count(*),
        'successes', count(*) filter (where error_code is null),
        'api4ai_calls', count(*) filter (where api4ai = 'called'),
        'cached_cutouts', count(*) filter (where api4ai = 'cached'),
        'total_processing_time', sum(seconds),
        'p50', percentile_cont(0.5) within group (order by seconds),
        'p95', percentile_cont(0.95) within group (order by seconds)
      ) as known
    from counted
    group by 1, 2
  ), by_window as (
    select name, jsonb_object_agg(served_by, known || jsonb_build_object(
      'failures_by_code', coalesce(failures_by_code, '{}')
    )) as by_server
    from figures
    left join codes using (name, served_by)
    group by 1
  )
  select coalesce(jsonb_object_agg(name, by_server), '{}') into windows from by_window;

  select coalesce(jsonb_agg(jsonb_build_object(
    'served_by', served_by,
    'error_code', nullif(error_code, ''),
    -- Of the last class, without a bound, null: JSON knows no infinity.
    'le', nullif(le, 'Infinity'),
    'requests', requests,
    'api4ai_calls', api4ai_calls,
    'cached_cutouts', cached_cutouts,
    'seconds', seconds,
    'cpu_seconds', cpu_seconds,
    'bytes_in', bytes_in,
    'bytes_out', bytes_out
  )), '[]') into totals from public.processing_totals;

  return jsonb_build_object('windows', windows, 'totals', totals);
end
$statistics$;

revoke all on function public.processing_runs_record(jsonb) from public, anon, authenticated;
revoke all on function public.processing_runs_statistics() from public, anon, authenticated;
grant execute on function public.processing_runs_record(jsonb) to service_role;
grant execute on function public.processing_runs_statistics() to service_role;
