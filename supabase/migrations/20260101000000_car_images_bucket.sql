-- The buckets of process-image and who may use them. Can be run again: nothing is created twice.

-- What the function writes. Public: the portal shows the variants by their plain URLs.
-- Types are listed one by one, because the match is exact. 20 MiB is far over any variant.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values (
  'car-images', 'car-images', true, 20971520,
  array['image/webp', 'image/png', 'image/jpeg']
)
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- What admins upload first and then name by `storage_path`: large photos, resumable uploads.
-- Private, since originals carry their EXIF data, GPS position included.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values (
  'car-originals', 'car-originals', false, 52428800,
  array[
    'image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif', 'image/avif',
    'image/tiff', 'image/bmp', 'image/gif'
  ]
)
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Who counts as an admin: process_image_is_admin(). Nobody else needs a policy: a public bucket's objects are served without
-- one, and the function itself writes with a secret key, which row-level security does not bind. Without a select policy
-- for everyone, nobody but an admin can list the buckets.
drop policy if exists "Admins read car images" on storage.objects;
create policy "Admins read car images" on storage.objects
  for select to authenticated
  using (
    bucket_id in ('car-images', 'car-originals')
    and (select public.process_image_is_admin())
  );

-- Admins write originals only.
drop policy if exists "Admins add car images" on storage.objects;
drop policy if exists "Admins add car originals" on storage.objects;
create policy "Admins add car originals" on storage.objects
  for insert to authenticated
  with check (bucket_id = 'car-originals' and (select public.process_image_is_admin()));

-- Replacing a file (upsert) needs insert, select and update.
drop policy if exists "Admins replace car images" on storage.objects;
drop policy if exists "Admins replace car originals" on storage.objects;
create policy "Admins replace car originals" on storage.objects
  for update to authenticated
  using (bucket_id = 'car-originals' and (select public.process_image_is_admin()))
  with check (bucket_id = 'car-originals' and (select public.process_image_is_admin()));

drop policy if exists "Admins delete car images" on storage.objects;
drop policy if exists "Admins delete car originals" on storage.objects;
create policy "Admins delete car originals" on storage.objects
  for delete to authenticated
  using (bucket_id = 'car-originals' and (select public.process_image_is_admin()));

-- Results and their manifests lie below the SHA-256 of the photo, and only the function writes there: what is public at such a
-- path is what the function rendered. Restrictive, so that it holds whatever other policies the project has.
drop policy if exists "Only the service adds results" on storage.objects;
create policy "Only the service adds results" on storage.objects
  as restrictive for insert to public
  with check (not (bucket_id = 'car-images' and name ~ '^[0-9a-f]{64}/'));

drop policy if exists "Only the service replaces results" on storage.objects;
create policy "Only the service replaces results" on storage.objects
  as restrictive for update to public
  using (not (bucket_id = 'car-images' and name ~ '^[0-9a-f]{64}/'))
  with check (not (bucket_id = 'car-images' and name ~ '^[0-9a-f]{64}/'));

drop policy if exists "Only the service deletes results" on storage.objects;
create policy "Only the service deletes results" on storage.objects
  as restrictive for delete to public
  using (not (bucket_id = 'car-images' and name ~ '^[0-9a-f]{64}/'));
