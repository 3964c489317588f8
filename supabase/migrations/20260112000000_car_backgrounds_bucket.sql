-- The bucket of pictures that stand behind cars (`options.background`). Idempotent.

-- Private: the function reads it with its secret key, and admins by their policies. 10 MiB is the function's bound on a picture.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values (
  'car-backgrounds', 'car-backgrounds', false, 10485760,
  array['image/jpeg', 'image/png', 'image/webp']
)
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Admins list and read the pictures, to choose one, and write them.
drop policy if exists "Admins read car backgrounds" on storage.objects;
create policy "Admins read car backgrounds" on storage.objects
  for select to authenticated
  using (bucket_id = 'car-backgrounds' and (select public.process_image_is_admin()));

drop policy if exists "Admins add car backgrounds" on storage.objects;
create policy "Admins add car backgrounds" on storage.objects
  for insert to authenticated
  with check (bucket_id = 'car-backgrounds' and (select public.process_image_is_admin()));

-- Replacing a file (upsert) needs insert, select and update.
drop policy if exists "Admins replace car backgrounds" on storage.objects;
create policy "Admins replace car backgrounds" on storage.objects
  for update to authenticated
  using (bucket_id = 'car-backgrounds' and (select public.process_image_is_admin()))
  with check (bucket_id = 'car-backgrounds' and (select public.process_image_is_admin()));

drop policy if exists "Admins delete car backgrounds" on storage.objects;
create policy "Admins delete car backgrounds" on storage.objects
  for delete to authenticated
  using (bucket_id = 'car-backgrounds' and (select public.process_image_is_admin()));
