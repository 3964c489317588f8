-- Finds the objects of Storage that a caller may not read. A batch is processed with the service's rights, so the function
-- checks its photos with the caller's rights before it creates the batch. Idempotent.

-- Returns whether an object is public: Storage does not apply row-level security to reads from a public bucket.
create or replace function public.process_image_is_public(bucket text, path text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $is_public$
  select exists (
    select from storage.buckets
    join storage.objects on objects.bucket_id = buckets.id and objects.name = process_image_is_public.path
    where buckets.id = process_image_is_public.bucket and buckets.public
  );
$is_public$;

-- Returns the positions, from 0, of the objects that are missing or that the caller may not read. objects is
-- [{"bucket", "path"}], at most 500 (22023 otherwise). Runs as the caller, so row-level security decides, as it does when
-- the caller reads the object from Storage.
create or replace function public.process_image_unreadable(objects jsonb)
returns integer[]
language plpgsql
stable
security invoker
set search_path = ''
as $unreadable$
begin
  if jsonb_typeof(objects) is distinct from 'array' or jsonb_array_length(objects) > 500 then
    raise exception 'objects has to be an array of at most 500 objects' using errcode = '22023';
  end if;
  return array(
    select (place - 1)::integer
    from jsonb_array_elements(objects) with ordinality as listed (object, place)
    where not exists (
      select from storage.objects as known
      where known.bucket_id = object ->> 'bucket' and known.name = object ->> 'path'
    )
    and not public.process_image_is_public(object ->> 'bucket', object ->> 'path')
    order by place
  );
end
$unreadable$;

revoke all on function
  public.process_image_is_public(text, text),
  public.process_image_unreadable(jsonb)
from public, anon, authenticated, service_role;
-- The functions reveal no more to a user than Storage does.
grant execute on function
  public.process_image_is_public(text, text),
  public.process_image_unreadable(jsonb)
to authenticated, service_role;
