-- Runs of photos that came as cutouts: their own alpha was the mask, and API4.ai was not called. Idempotent.

alter table public.processing_runs drop constraint if exists processing_runs_api4ai_check;
alter table public.processing_runs add constraint processing_runs_api4ai_check
  check (api4ai in ('called', 'cached', 'own_alpha', 'none'));

alter table public.processing_totals add column if not exists own_alpha_cutouts bigint not null default 0;

-- Records runs: batch is {"runs": [one object per run], "bounds": [seconds], "keep_days"}. Drops a few of the rows older than
-- keep_days each time; the index makes this cheap if there are none.
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
      -- The bound keeps an isolate's fast clock from dating runs in the future, beyond the retention.
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
    served_by, error_code, le, requests, api4ai_calls, cached_cutouts, own_alpha_cutouts, seconds, cpu_seconds, bytes_in,
    bytes_out
  )
  select
    case when is_shadow then 'shadow' else served_by end as counted_as, coalesce(error_code, ''), le, count(*),
    count(*) filter (where api4ai = 'called'), count(*) filter (where api4ai = 'cached'),
    count(*) filter (where api4ai = 'own_alpha'), sum(total_ms) / 1000, sum(cpu_ms) / 1000, sum(bytes_in), sum(bytes_out)
  from classed
  group by 1, 2, 3
  -- A fixed order keeps concurrent writers of the same rows from deadlocking.
  order by 1, 2, 3
  on conflict (served_by, error_code, le) do update set
    requests = total.requests + excluded.requests,
    api4ai_calls = total.api4ai_calls + excluded.api4ai_calls,
    cached_cutouts = total.cached_cutouts + excluded.cached_cutouts,
    own_alpha_cutouts = total.own_alpha_cutouts + excluded.own_alpha_cutouts,
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
    -- Skips rows that a concurrent call is dropping.
    for update skip locked
  );
end
$record$;

-- Returns the recorded statistics: {"windows": {"last_hour", "last_day"}, "totals": [...]}. A window has figures for new,
-- legacy, shadow and all (without shadow), if there were any runs. Durations are in seconds.
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
        'own_alpha_cutouts', count(*) filter (where api4ai = 'own_alpha'),
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
    -- Null for the last class, which has no bound: JSON has no infinity.
    'le', nullif(le, 'Infinity'),
    'requests', requests,
    'api4ai_calls', api4ai_calls,
    'cached_cutouts', cached_cutouts,
    'own_alpha_cutouts', own_alpha_cutouts,
    'seconds', seconds,
    'cpu_seconds', cpu_seconds,
    'bytes_in', bytes_in,
    'bytes_out', bytes_out
  )), '[]') into totals from public.processing_totals;

  return jsonb_build_object('windows', windows, 'totals', totals);
end
$statistics$;
