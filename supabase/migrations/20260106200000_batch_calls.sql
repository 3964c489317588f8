-- Calls that the database starts for batches: the webhook at a batch's end, and the function's work route while there is
-- pending work. Idempotent.

-- Takes a webhook that is due and reserves it for a minute. Returns null, or {"batch_id", "url", "delivery", "tries",
-- "state", "counts", "created_at", "finished_at"}.
create or replace function public.batch_webhook_take()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $webhook_take$
declare
  moment constant timestamptz := clock_timestamp();
  due public.batches;
  status jsonb;
begin
  loop
    select * into due from public.batches
    where webhook_state = 'pending' and finished_at is not null and webhook_next_at <= moment
    order by webhook_next_at
    limit 1
    for update skip locked;
    if not found then
      return null;
    end if;
    exit when due.webhook_tries < public.batch_max_tries();
    -- The caller of the last try ended without a report.
    update public.batches set
      webhook_state = 'failed',
      webhook_error = coalesce(webhook_error, 'The sender ended before it was done'),
      changes = changes + 1
    where id = due.id;
  end loop;
  update public.batches set
    webhook_tries = webhook_tries + 1,
    webhook_delivery = webhook_delivery + 1,
    webhook_next_at = moment + interval '60 seconds',
    changes = changes + 1
  where id = due.id;
  status := public.batch_status(due.id);
  return jsonb_build_object(
    'batch_id', due.id, 'url', due.webhook_url, 'delivery', due.webhook_delivery + 1, 'tries', due.webhook_tries + 1,
    'state', status -> 'batch' -> 'state', 'counts', status -> 'counts',
    'created_at', due.created_at, 'finished_at', due.finished_at
  );
end
$webhook_take$;

-- Reports a webhook call. There are five tries, with waits of 30 seconds, 2, 8 and 32 minutes. Returns
-- {"applied", "state"}.
create or replace function public.batch_webhook_report(batch uuid, delivery integer, ok boolean, error text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $webhook_report$
declare
  known public.batches;
  next_state text;
begin
  select * into known from public.batches
  where id = batch and webhook_delivery = delivery and webhook_state = 'pending' and finished_at is not null
  for update;
  if not found then
    return jsonb_build_object('applied', false, 'state', (select webhook_state from public.batches where id = batch));
  end if;
  next_state := case when ok then 'sent' when known.webhook_tries >= public.batch_max_tries() then 'failed' else 'pending' end;
  update public.batches set
    webhook_state = next_state,
    webhook_error = case when ok then null else left(error, 500) end,
    webhook_next_at = case when next_state = 'pending'
      then clock_timestamp() + interval '30 seconds' * 4 ^ (known.webhook_tries - 1) end,
    -- The delivery is settled: a repeated report does not count.
    webhook_delivery = known.webhook_delivery + 1,
    changes = known.changes + 1
  where id = batch;
  return jsonb_build_object('applied', true, 'state', next_state);
end
$webhook_report$;

-- Calls the function's work route if there is pending work and fewer than most_at_once items are in progress. pg_cron runs
-- it every ten seconds. Vault holds the function's address, process_image_url, and the key, process_image_secret_key.
-- Returns whether it called.
create or replace function public.process_image_call_worker(most_at_once integer default 8)
returns boolean
language plpgsql
security definer
set search_path = ''
as $call_worker$
declare
  waiting constant jsonb := public.batch_waiting();
  function_url text;
  secret_key text;
begin
  if not (
    (waiting ->> 'webhook_due')::boolean
    or ((waiting ->> 'visible')::integer > 0 and (waiting ->> 'processing')::integer < most_at_once)
  ) then
    return false;
  end if;
  if to_regnamespace('net') is null or to_regclass('vault.decrypted_secrets') is null then
    raise warning 'Photos are waiting, but without pg_net and supabase_vault no worker can be called';
    return false;
  end if;
  select decrypted_secret into function_url from vault.decrypted_secrets where name = 'process_image_url';
  select decrypted_secret into secret_key from vault.decrypted_secrets where name = 'process_image_secret_key';
  if function_url is null or secret_key is null then
    raise warning 'Photos are waiting, but Vault lacks process_image_url or process_image_secret_key';
    return false;
  end if;
  perform net.http_post(
    url := rtrim(function_url, '/') || '/work',
    body := '{}'::jsonb,
    headers := jsonb_build_object('content-type', 'application/json', 'apikey', secret_key),
    timeout_milliseconds := 10000
  );
  return true;
end
$call_worker$;

revoke all on function
  public.batch_webhook_take(),
  public.batch_webhook_report(uuid, integer, boolean, text),
  public.process_image_call_worker(integer)
from public, anon, authenticated;
grant execute on function
  public.batch_webhook_take(),
  public.batch_webhook_report(uuid, integer, boolean, text),
  public.process_image_call_worker(integer)
to service_role;

-- Schedules the jobs where the extensions exist, as on hosted Supabase; the local stack uses a ticker instead.
do $cron$
begin
  if exists (select from pg_available_extensions where name = 'pg_net') then
    create extension if not exists pg_net;
  end if;
  if not exists (select from pg_available_extensions where name = 'pg_cron') then
    raise notice 'Without pg_cron no worker is called for leftover or scheduled items';
    return;
  end if;
  create extension if not exists pg_cron;
  -- A job replaces the existing one of the same name.
  begin
    perform cron.schedule(
      'process_image_call_worker', '10 seconds', 'select public.process_image_call_worker()'
    );
  exception
    -- pg_cron supports intervals in seconds since version 1.5.
    when invalid_parameter_value then
      perform cron.schedule(
        'process_image_call_worker', '* * * * *', 'select public.process_image_call_worker()'
      );
  end;
  -- pg_cron keeps a row for each run and never deletes it.
  perform cron.schedule(
    'process_image_forget_calls', '17 3 * * *',
    $forget$delete from cron.job_run_details where end_time < now() - interval '1 day' and jobid in (
      select jobid from cron.job where jobname in ('process_image_call_worker', 'process_image_forget_calls')
    )$forget$
  );
exception
  -- The extension is available but not loaded, as in a plain Postgres.
  when object_not_in_prerequisite_state or insufficient_privilege or feature_not_supported or undefined_file
  then raise notice 'Workers are not called by pg_cron: %', sqlerrm;
end
$cron$;
