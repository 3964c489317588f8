-- Batches: many photos in one call, processed when there is room. The tables batches and batch_items hold their state. The
-- pgmq queue `process_image` (Supabase Queues) has a message for each item that is not final, and the queue
-- `process_image_dead` one for each item that failed for good. Tables and queues change in the same transaction, so that
-- they stay consistent. Idempotent.
--
-- Order of locks, to avoid deadlocks: a message (by batch_take, which skips locked ones), then its item, then its batch;
-- several batches in the order of their ids. Code that holds an item or a batch skips a locked message: the batch_take that
-- locked it reads the item's new state afterwards.

do $extension$
begin
  create extension if not exists pgmq;
  if to_regclass('pgmq.q_process_image') is null then
    perform pgmq.create('process_image');
  end if;
  if to_regclass('pgmq.q_process_image_dead') is null then
    perform pgmq.create('process_image_dead');
  end if;
end
$extension$;

-- The functions below run as the queues' owner, who bypasses row-level security. It protects the queues where the project
-- exposes them through the Data API, whatever rights other roles have.
alter table pgmq.q_process_image enable row level security;
alter table pgmq.a_process_image enable row level security;
alter table pgmq.q_process_image_dead enable row level security;
alter table pgmq.a_process_image_dead enable row level security;

create table if not exists public.batches (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now(),
  -- Null for a server with a secret key.
  created_by uuid,
  -- Unique among all callers: the function adds the caller's name to it.
  idempotency_key text unique check (length(idempotency_key) between 1 and 300),
  -- Detects a repeated key with a different request.
  request_hash text,
  -- Earliest start; null for now.
  not_before timestamptz,
  webhook_url text check (length(webhook_url) <= 2048),
  webhook_state text not null default 'none' check (webhook_state in ('none', 'pending', 'sent', 'failed')),
  webhook_tries integer not null default 0,
  webhook_error text,
  -- For a finished batch whose webhook is pending: time of the next call.
  webhook_next_at timestamptz,
  -- Number of the last delivery, which only grows: reports on earlier ones do not count.
  webhook_delivery integer not null default 0,
  cancelled_at timestamptz,
  -- Time at which its last item became final.
  finished_at timestamptz,
  -- Count of the changes of the batch and its items.
  changes bigint not null default 0
);

create table if not exists public.batch_items (
  batch_id uuid not null references public.batches (id) on delete cascade,
  position integer not null check (position >= 0),
  bucket text not null check (length(bucket) between 1 and 100),
  path text not null check (length(path) between 1 and 1024),
  settings jsonb not null default '{}',
  state text not null default 'queued' check (state in ('queued', 'processing', 'succeeded', 'failed', 'cancelled')),
  -- Tries: takes that were not given back. A requeue resets it to 0.
  tries integer not null default 0,
  -- Number of the last take, which only grows: reports of workers with an earlier take do not count.
  attempt integer not null default 0,
  -- Error of the last try, {"code", "message"}.
  error jsonb,
  result jsonb,
  -- Its message in the queue; null once it is final.
  msg_id bigint,
  -- Its dead letter; null while it has not failed.
  dead_id bigint,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (batch_id, position),
  check ((msg_id is null) or (state in ('queued', 'processing'))),
  check ((dead_id is not null) = (state = 'failed'))
);

create unique index if not exists batch_items_msg_id on public.batch_items (msg_id) where msg_id is not null;
create index if not exists batch_items_processing on public.batch_items (msg_id) where state = 'processing';
create index if not exists batches_finished_at on public.batches (finished_at) where finished_at is not null;
create index if not exists batches_webhook_due on public.batches (webhook_next_at)
  where webhook_state = 'pending' and finished_at is not null;

alter table public.batches enable row level security;
alter table public.batch_items enable row level security;
revoke all on table public.batches, public.batch_items from public, anon, authenticated;
grant select on table public.batches, public.batch_items to authenticated;
grant select, insert, update, delete on table public.batches, public.batch_items to service_role;

-- There is no policy for writes.
drop policy if exists "Admins read batches" on public.batches;
create policy "Admins read batches" on public.batches
  for select to authenticated
  using ((select public.process_image_is_admin()));
drop policy if exists "Admins read batch items" on public.batch_items;
create policy "Admins read batch items" on public.batch_items
  for select to authenticated
  using ((select public.process_image_is_admin()));

-- Internal parts of the functions below.

-- Tries of an item, and of a webhook, before it counts as failed.
create or replace function public.batch_max_tries()
returns integer
language sql
immutable
set search_path = ''
as $max_tries$ select 5 $max_tries$;

-- Sends the messages of a batch's items, hidden for delay_seconds.
create or replace function public.batch_send(batch uuid, positions integer[], delay_seconds integer)
returns void
language plpgsql
security definer
set search_path = ''
as $send$
declare
  ids bigint[];
begin
  select array_agg(id) into ids from pgmq.send_batch(
    'process_image',
    array(select jsonb_build_object('batch_id', batch, 'position', place) from unnest(positions) as place),
    delay_seconds
  ) as id;
  update public.batch_items as item set msg_id = message.msg_id
  from pgmq.q_process_image as message
  where message.msg_id = any (ids) and item.batch_id = batch
    and item.position = (message.message ->> 'position')::integer;
end
$send$;

-- Removes messages from the queue, except those that a concurrent batch_take has locked: it finds their items final.
create or replace function public.batch_drop_messages(ids bigint[])
returns void
language sql
security definer
set search_path = ''
as $drop$
  delete from pgmq.q_process_image
  where msg_id in (select msg_id from pgmq.q_process_image where msg_id = any (ids) for update skip locked);
$drop$;

-- Hides a message for this many seconds from now. Returns false if it is missing or a concurrent batch_take has locked it.
create or replace function public.batch_hide_message(id bigint, seconds integer)
returns boolean
language plpgsql
security definer
set search_path = ''
as $hide$
begin
  update pgmq.q_process_image set vt = clock_timestamp() + seconds * interval '1 second'
  where msg_id = (select msg_id from pgmq.q_process_image where msg_id = id for update skip locked);
  return found;
end
$hide$;

-- Fails an item for good, with a dead letter. The caller holds the locks of the item and its batch.
create or replace function public.batch_bury(batch uuid, place integer, why jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $bury$
declare
  letter bigint;
begin
  select id into strict letter from pgmq.send(
    'process_image_dead', jsonb_build_object('batch_id', batch, 'position', place, 'error', why), 0
  ) as id;
  update public.batch_items
  set state = 'failed', error = why, dead_id = letter, msg_id = null, finished_at = clock_timestamp()
  where batch_id = batch and position = place;
end
$bury$;

-- Counts a change of a batch, and ends the batch with its last open item. The caller holds the batch's lock. It must run
-- after the item's change, as a separate statement, so that it sees what others committed before they released the batch.
create or replace function public.batch_settle(batch uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $settle$
declare
  moment constant timestamptz := clock_timestamp();
  known public.batches;
  ends boolean;
begin
  select * into strict known from public.batches where id = batch;
  ends := known.finished_at is null and not exists (
    select from public.batch_items where batch_id = batch and state in ('queued', 'processing')
  );
  update public.batches set
    changes = known.changes + 1,
    finished_at = case when ends then moment else known.finished_at end,
    webhook_next_at = case when ends then moment else known.webhook_next_at end
  where id = batch;
  return jsonb_build_object(
    'applied', true, 'batch_finished', ends, 'webhook_due', ends and known.webhook_state = 'pending'
  );
end
$settle$;

-- Drops a few batches that ended longer than older_than ago.
create or replace function public.batch_prune(older_than interval default '90 days', most integer default 5)
returns integer
language plpgsql
security definer
set search_path = ''
as $prune$
declare
  old uuid[];
begin
  old := array(
    select id from public.batches where finished_at < clock_timestamp() - older_than
    order by finished_at
    limit most
    for update skip locked
  );
  perform pgmq.delete('process_image_dead', array(
    select dead_id from public.batch_items where batch_id = any (old) and dead_id is not null
  ));
  delete from public.batches where id = any (old);
  return cardinality(old);
end
$prune$;

-- The functions that process-image calls.

-- Creates a batch: items is [{"bucket", "path", "settings"}], 1 to 500 of them (22023 otherwise). Returns {"batch_id",
-- "created", "conflict", "total"}. A known idempotency key returns its existing batch, and a conflict if the request
-- differs.
create or replace function public.batch_create(
  items jsonb,
  created_by uuid default null,
  webhook_url text default null,
  not_before timestamptz default null,
  idempotency_key text default null,
  request_hash text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $create$
#variable_conflict use_column
declare
  known public.batches;
  new_id uuid;
  total integer;
begin
  if jsonb_typeof(batch_create.items) is distinct from 'array'
    or jsonb_array_length(batch_create.items) not between 1 and 500
  then
    raise exception 'items has to be an array of 1 to 500 items' using errcode = '22023';
  end if;

  -- Of two concurrent calls with the same key, the second waits here for the first.
  insert into public.batches (created_by, webhook_url, webhook_state, not_before, idempotency_key, request_hash)
  values (
    batch_create.created_by, batch_create.webhook_url,
    case when batch_create.webhook_url is null then 'none' else 'pending' end,
    batch_create.not_before, batch_create.idempotency_key, batch_create.request_hash
  )
  on conflict (idempotency_key) do nothing
  returning id into new_id;
  if new_id is null then
    select * into strict known from public.batches as batch where batch.idempotency_key = batch_create.idempotency_key;
    select count(*) into total from public.batch_items as item where item.batch_id = known.id;
    return jsonb_build_object(
      'batch_id', known.id,
      'created', false,
      'conflict', known.request_hash is distinct from batch_create.request_hash,
      'total', total
    );
  end if;

  insert into public.batch_items (batch_id, position, bucket, path, settings)
  select new_id, place - 1, item ->> 'bucket', item ->> 'path', coalesce(item -> 'settings', '{}')
  from jsonb_array_elements(batch_create.items) with ordinality as listed (item, place);
  get diagnostics total = row_count;
  perform public.batch_send(
    new_id,
    array(select generate_series(0, total - 1)),
    greatest(0, ceil(extract(epoch from batch_create.not_before - clock_timestamp())))::integer
  );
  perform public.batch_prune();
  return jsonb_build_object('batch_id', new_id, 'created', true, 'conflict', false, 'total', total);
end
$create$;

-- Takes up to `most` visible items, and hides them for visibility_seconds. Returns [{"msg_id", "batch_id", "position",
-- "attempt", "tries", "bucket", "path", "settings"}]. It may return fewer, or none although some are left: items of a
-- cancelled batch, or with five tries, are ended instead.
create or replace function public.batch_take(visibility_seconds integer, most integer default 1)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $take$
declare
  moment constant timestamptz := clock_timestamp();
  message record;
  reads boolean := true;
  ids bigint[] := '{}';
  item record;
  taken jsonb := '[]';
begin
  -- A message without an open item is a leftover or foreign, and never gets an item: delete it.
  while reads and cardinality(ids) < most loop
    reads := false;
    for message in
      select read.msg_id from pgmq.read('process_image', greatest(1, visibility_seconds), most - cardinality(ids)) as read
    loop
      reads := true;
      -- Waits for a late worker's concurrent report, if there is one.
      perform from public.batch_items where msg_id = message.msg_id for update;
      if found then
        ids := ids || message.msg_id;
      else
        perform pgmq.delete('process_image', message.msg_id);
      end if;
    end loop;
  end loop;

  perform from public.batches
  where id in (select batch_id from public.batch_items where msg_id = any (ids))
  order by id
  for update;

  for item in
    select held.*, batch.cancelled_at is not null as is_cancelled
    from public.batch_items as held
    join public.batches as batch on batch.id = held.batch_id
    where held.msg_id = any (ids)
    order by held.msg_id
  loop
    if item.is_cancelled then
      update public.batch_items set state = 'cancelled', msg_id = null, finished_at = moment
      where batch_id = item.batch_id and position = item.position;
      perform pgmq.delete('process_image', item.msg_id);
    elsif item.tries >= public.batch_max_tries() then
      perform public.batch_bury(item.batch_id, item.position, coalesce(item.error, jsonb_build_object(
        'code', 'worker_died',
        'message', format('The worker ended before it had finished the photo, %s times', public.batch_max_tries())
      )));
      perform pgmq.delete('process_image', item.msg_id);
    else
      update public.batch_items
      set state = 'processing', tries = item.tries + 1, attempt = item.attempt + 1, error = null, started_at = moment
      where batch_id = item.batch_id and position = item.position;
      taken := taken || jsonb_build_object(
        'msg_id', item.msg_id, 'batch_id', item.batch_id, 'position', item.position, 'attempt', item.attempt + 1,
        'tries', item.tries + 1, 'bucket', item.bucket, 'path', item.path, 'settings', item.settings
      );
    end if;
    perform public.batch_settle(item.batch_id);
  end loop;
  return taken;
end
$take$;

-- Hides an item for this many seconds from now. Returns false if the item no longer belongs to the caller.
create or replace function public.batch_extend(
  msg_id bigint, batch_id uuid, item_position integer, attempt integer, visibility_seconds integer
)
returns boolean
language plpgsql
security definer
set search_path = ''
as $extend$
begin
  perform from public.batch_items as item
  where item.batch_id = batch_extend.batch_id and item.position = batch_extend.item_position
    and item.msg_id = batch_extend.msg_id and item.attempt = batch_extend.attempt and item.state = 'processing'
  for update;
  return found and public.batch_hide_message(batch_extend.msg_id, greatest(1, visibility_seconds));
end
$extend$;

-- Reports an item's outcome: succeeded, failed, retry or given_back. Only the report of the last take counts. Returns
-- {"applied", "batch_finished", "webhook_due"}.
create or replace function public.batch_report(
  id bigint, batch uuid, place integer, attempted integer, outcome text, detail jsonb, delay_seconds integer
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $report$
declare
  moment constant timestamptz := clock_timestamp();
  held public.batch_items;
  is_cancelled boolean;
begin
  select * into held from public.batch_items
  where batch_id = batch and position = place and msg_id = id and attempt = attempted and state = 'processing'
  for update;
  if not found then
    return jsonb_build_object('applied', false, 'batch_finished', false, 'webhook_due', false);
  end if;
  select cancelled_at is not null into strict is_cancelled from public.batches where batches.id = batch for update;

  if outcome = 'succeeded' then
    update public.batch_items
    set state = 'succeeded', result = detail, error = null, msg_id = null, finished_at = moment
    where batch_id = batch and position = place;
  elsif outcome = 'failed' or (outcome = 'retry' and held.tries >= public.batch_max_tries()) then
    perform public.batch_bury(batch, place, detail);
  elsif is_cancelled then
    update public.batch_items set state = 'cancelled', error = detail, msg_id = null, finished_at = moment
    where batch_id = batch and position = place;
  else
    update public.batch_items set
      state = 'queued',
      error = detail,
      tries = case when outcome = 'given_back' then held.tries - 1 else held.tries end,
      started_at = null
    where batch_id = batch and position = place;
    perform public.batch_hide_message(id, greatest(0, delay_seconds));
    return public.batch_settle(batch);
  end if;
  perform public.batch_drop_messages(array[id]);
  return public.batch_settle(batch);
end
$report$;

-- Returns an item to the queue: it is visible at once, and the try does not count.
create or replace function public.batch_give_back(msg_id bigint, batch_id uuid, item_position integer, attempt integer)
returns jsonb
language sql
security definer
set search_path = ''
as $give_back$
  select public.batch_report(msg_id, batch_id, item_position, attempt, 'given_back', null, 0);
$give_back$;

-- Ends an item with a result, {"storage_urls", "metadata", "warnings"}.
create or replace function public.batch_finish(
  msg_id bigint, batch_id uuid, item_position integer, attempt integer, result jsonb
)
returns jsonb
language sql
security definer
set search_path = ''
as $finish$
  select public.batch_report(msg_id, batch_id, item_position, attempt, 'succeeded', result, 0);
$finish$;

-- Reports an item's error, {"code", "message"}: final, or with another try after a delay in seconds, up to five tries.
create or replace function public.batch_fail(
  msg_id bigint, batch_id uuid, item_position integer, attempt integer, error jsonb, retryable boolean,
  delay_seconds integer default 0
)
returns jsonb
language sql
security definer
set search_path = ''
as $fail$
  select public.batch_report(
    msg_id, batch_id, item_position, attempt, case when retryable then 'retry' else 'failed' end, error, delay_seconds
  );
$fail$;

-- Returns a batch with its items; null if there is none; {"changes", "unchanged": true} if nothing has changed since.
create or replace function public.batch_status(batch uuid, since bigint default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $status$
declare
  known public.batches;
  counts jsonb;
  begun boolean;
  listed jsonb;
begin
  select * into known from public.batches where id = batch;
  if not found then
    return null;
  end if;
  if known.changes <= since then
    return jsonb_build_object('changes', known.changes, 'unchanged', true);
  end if;
  select
    jsonb_build_object(
      'queued', count(*) filter (where item.state = 'queued'),
      'processing', count(*) filter (where item.state = 'processing'),
      'succeeded', count(*) filter (where item.state = 'succeeded'),
      'failed', count(*) filter (where item.state = 'failed'),
      'cancelled', count(*) filter (where item.state = 'cancelled'),
      'total', count(*)
    ),
    bool_or(item.state <> 'queued' or item.tries > 0),
    jsonb_agg(jsonb_build_object(
      'position', item.position, 'bucket', item.bucket, 'path', item.path, 'settings', item.settings,
      'state', item.state, 'tries', item.tries, 'error', item.error, 'result', item.result,
      'started_at', item.started_at, 'finished_at', item.finished_at
    ) order by item.position)
  into counts, begun, listed
  from public.batch_items as item
  where item.batch_id = batch;
  return jsonb_build_object(
    'changes', known.changes,
    'unchanged', false,
    'batch', jsonb_build_object(
      'id', known.id,
      'state', case
        when known.cancelled_at is not null then 'cancelled'
        when known.finished_at is not null then 'finished'
        when begun then 'running'
        else 'queued'
      end,
      'created_at', known.created_at, 'created_by', known.created_by, 'not_before', known.not_before,
      'cancelled_at', known.cancelled_at, 'finished_at', known.finished_at,
      'webhook', case when known.webhook_state <> 'none' then jsonb_build_object(
        'state', known.webhook_state, 'tries', known.webhook_tries, 'error', known.webhook_error
      ) end
    ),
    'counts', counts,
    'items', listed
  );
end
$status$;

-- Cancels a batch's items that have not begun. Items in progress may end, but are not tried again. Returns {"cancelled":
-- count, "batch_finished", "webhook_due"}; null if there is no such batch.
create or replace function public.batch_cancel(batch uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $cancel$
declare
  moment constant timestamptz := clock_timestamp();
  known public.batches;
  ids bigint[];
begin
  select * into known from public.batches where id = batch for update;
  if not found then
    return null;
  end if;
  if known.cancelled_at is not null or known.finished_at is not null then
    return jsonb_build_object('cancelled', 0, 'batch_finished', false, 'webhook_due', false);
  end if;
  update public.batches set cancelled_at = moment where id = batch;
  -- Skips messages that a concurrent batch_take has locked: it finds the batch cancelled once it gets the lock.
  with free as (
    select position, msg_id from public.batch_items
    where batch_id = batch and state = 'queued'
    for update skip locked
  ), ended as (
    update public.batch_items as item set state = 'cancelled', msg_id = null, finished_at = moment
    from free
    where item.batch_id = batch and item.position = free.position
    returning free.msg_id
  )
  select coalesce(array_agg(msg_id), '{}') into ids from ended;
  perform public.batch_drop_messages(ids);
  return public.batch_settle(batch) - 'applied' || jsonb_build_object('cancelled', cardinality(ids));
end
$cancel$;

-- Queues failed items of a batch again, all or those at the given positions, with five tries each. Returns {"requeued":
-- count, "cancelled"}; the count is 0 for a cancelled batch. Returns null if there is no such batch.
create or replace function public.batch_requeue(batch uuid, positions integer[] default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $requeue$
declare
  known public.batches;
  places integer[];
  letters bigint[];
begin
  select * into known from public.batches where id = batch for update;
  if not found then
    return null;
  end if;
  if known.cancelled_at is not null then
    return jsonb_build_object('requeued', 0, 'cancelled', true);
  end if;
  select array_agg(position), array_agg(dead_id) into places, letters
  from public.batch_items
  where batch_id = batch and state = 'failed' and (positions is null or position = any (positions));
  if places is null then
    return jsonb_build_object('requeued', 0, 'cancelled', false);
  end if;

  perform pgmq.delete('process_image_dead', letters);
  update public.batch_items
  set state = 'queued', tries = 0, error = null, dead_id = null, started_at = null, finished_at = null
  where batch_id = batch and position = any (places);
  perform public.batch_send(batch, places, 0);
  -- The batch will end again, and call its webhook again.
  update public.batches set
    changes = known.changes + 1,
    finished_at = null,
    webhook_state = case when known.webhook_url is null then 'none' else 'pending' end,
    webhook_tries = 0,
    webhook_error = null,
    webhook_next_at = null
  where id = batch;
  return jsonb_build_object('requeued', cardinality(places), 'cancelled', false);
end
$requeue$;

-- Returns the pending work: {"visible": messages that can be taken (counted up to 1000), "processing": items that workers
-- hold, "next_visible_seconds": time until the next message can be taken (0: now, null: none), "webhook_due",
-- "next_webhook_seconds"}.
create or replace function public.batch_waiting()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $waiting$
declare
  moment constant timestamptz := clock_timestamp();
  visible integer;
  processing integer;
  next_message timestamptz;
  next_webhook timestamptz;
begin
  select count(*) into visible from (
    select from pgmq.q_process_image where vt <= moment limit 1000
  ) as ready;
  select count(*) into processing
  from public.batch_items as item
  join pgmq.q_process_image as message on message.msg_id = item.msg_id
  where item.state = 'processing' and message.vt > moment;
  select min(vt) into next_message from pgmq.q_process_image;
  select min(webhook_next_at) into next_webhook
  from public.batches
  where webhook_state = 'pending' and finished_at is not null;
  return jsonb_build_object(
    'visible', visible,
    'processing', processing,
    'next_visible_seconds', case when next_message is not null then
      greatest(0, ceil(extract(epoch from next_message - moment)))
    end,
    'webhook_due', coalesce(next_webhook <= moment, false),
    'next_webhook_seconds', case when next_webhook is not null then
      greatest(0, ceil(extract(epoch from next_webhook - moment)))
    end
  );
end
$waiting$;

revoke all on function
  public.batch_max_tries(),
  public.batch_send(uuid, integer[], integer),
  public.batch_drop_messages(bigint[]),
  public.batch_hide_message(bigint, integer),
  public.batch_bury(uuid, integer, jsonb),
  public.batch_settle(uuid),
  public.batch_prune(interval, integer),
  public.batch_report(bigint, uuid, integer, integer, text, jsonb, integer),
  public.batch_create(jsonb, uuid, text, timestamptz, text, text),
  public.batch_take(integer, integer),
  public.batch_extend(bigint, uuid, integer, integer, integer),
  public.batch_give_back(bigint, uuid, integer, integer),
  public.batch_finish(bigint, uuid, integer, integer, jsonb),
  public.batch_fail(bigint, uuid, integer, integer, jsonb, boolean, integer),
  public.batch_status(uuid, bigint),
  public.batch_cancel(uuid),
  public.batch_requeue(uuid, integer[]),
  public.batch_waiting()
from public, anon, authenticated, service_role;
grant execute on function
  public.batch_max_tries(),
  public.batch_create(jsonb, uuid, text, timestamptz, text, text),
  public.batch_take(integer, integer),
  public.batch_extend(bigint, uuid, integer, integer, integer),
  public.batch_give_back(bigint, uuid, integer, integer),
  public.batch_finish(bigint, uuid, integer, integer, jsonb),
  public.batch_fail(bigint, uuid, integer, integer, jsonb, boolean, integer),
  public.batch_status(uuid, bigint),
  public.batch_cancel(uuid),
  public.batch_requeue(uuid, integer[]),
  public.batch_waiting()
to service_role;
