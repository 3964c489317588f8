-- Optional trigger, off by default: enqueues each new object in car-originals as a batch of one photo. To switch it on, run
-- in the SQL editor: select public.process_image_enqueue_uploads(true); false switches it off. Idempotent: running it again
-- keeps the switch.

-- Enqueues the new object with the default options. An error here never fails the upload.
create or replace function public.process_image_enqueue_upload()
returns trigger
language plpgsql
security definer
set search_path = ''
as $enqueue$
begin
  -- Storage also inserts a row to check permissions, and rolls it back, together with this batch.
  perform public.batch_create(
    items := jsonb_build_array(jsonb_build_object('bucket', new.bucket_id, 'path', new.name))
  );
  return null;
exception
  when others then
    raise warning 'The upload % was not enqueued: %', new.name, sqlerrm;
    return null;
end
$enqueue$;

-- Switches the trigger on or off. Only the database's owner may change Storage's tables.
create or replace function public.process_image_enqueue_uploads(enabled boolean)
returns void
language plpgsql
security invoker
set search_path = ''
as $switch$
begin
  drop trigger if exists process_image_enqueue_upload on storage.objects;
  if enabled then
    create trigger process_image_enqueue_upload
    after insert on storage.objects
    for each row when (new.bucket_id = 'car-originals')
    execute function public.process_image_enqueue_upload();
  end if;
end
$switch$;

revoke all on function public.process_image_enqueue_upload() from public, anon, authenticated, service_role;
revoke all on function public.process_image_enqueue_uploads(boolean) from public, anon, authenticated, service_role;
