-- A recipe, off by default: each new object in car-originals is enqueued as a batch of one photo. To switch it on, in the
-- SQL editor: select public.process_image_enqueue_uploads(true); and off again with false. Can be run again: it stays as it
-- was switched.

-- Enqueues the new object with the default options. An upload never fails for it.
create or replace function public.process_image_enqueue_upload()
returns trigger
language plpgsql
security definer
set search_path = ''
as $enqueue$
begin
  -- Storage also inserts a row to see whether it may, and takes it back: with it goes the batch.
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

-- Switches it on or off. For the database's owner: nobody else may change Storage's tables.
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
