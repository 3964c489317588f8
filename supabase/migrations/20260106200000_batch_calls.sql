-- What the database starts for the batches: the webhook at a batch's end, and calls of the function's work route while there
-- is something to do. Can be run again.

-- Takes a webhook that is due, for a minute: null, or {"batch_id", "url", "delivery", "tries", "state", "counts",
-- "created_at", "finished_at"}.
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
    exit when due.webhook_tries < 5;
    -- Who tried it the fifth time did not live to tell.
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

-- What came of a webhook: it is tried five times, after 30 seconds, 2, 8 and 32 minutes. Returns {"applied", "state"}.
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
  next_state := case when ok then 'sent' when known.webhook_tries >= 5 then 'failed' else 'pending' end;
  update public.batches set
    webhook_state = next_state,
    webhook_error = case when ok then null else left(error, 500) end,
    webhook_next_at = case when next_state = 'pending'
      then clock_timestamp() + interval '30 seconds' * 4 ^ (known.webhook_tries - 1) end,
    -- Said: whoever reports it again reports on nothing.
    webhook_delivery = known.webhook_delivery + 1,
    changes = known.changes + 1
  where id = batch;
  return jsonb_build_object('applied', true, 'state', next_state);
end
$webhook_report$;

-- Calls the function's work route if there is something to do: by pg_cron every ten seconds, as long as fewer than so many
-- items are being processed. The address and the key come from Vault: process_image_url, the function's own address, and
-- process_image_secret_key. Returns whether it called.
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

-- Only where they exist, as on hosted Supabase; the local stack has a ticker in their place.
do $cron$
begin
  if exists (select from pg_available_extensions where name = 'pg_net') then
    create extension if not exists pg_net;
  end if;
  if not exists (select from pg_available_extensions where name = 'pg_cron') then
    raise notice 'Without pg_cron nobody calls a worker for what is left over or told to wait';
    return;
  end if;
  create extension if not exists pg_cron;
  -- By their names: what is there already is replaced.
  begin
    perform cron.schedule(
      'process_image_call_worker', '10 seconds', 'select public.process_image_call_worker()'
    );
  exception
    -- It knows seconds since its version 1.5.
    when invalid_parameter_value then
      perform cron.schedule(
        'process_image_call_worker', '* * * * *', 'select public.process_image_call_worker()'
      );
  end;
  -- It keeps a row for each call, for ever.
  perform cron.schedule(
    'process_image_forget_calls', '17 3 * * *',
    $forget$delete from cron.job_run_details where end_time < now() - interval '1 day' and jobid in (
      select jobid from cron.job where jobname in ('process_image_call_worker', 'process_image_forget_calls')
    )$forget$
  );
exception
  -- Available, but not loaded by this server, as in a plain Postgres.
  when object_not_in_prerequisite_state or insufficient_privilege or feature_not_supported or undefined_file
  then raise notice 'Workers are not called by pg_cron: %', sqlerrm;
end
$cron$;
