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

-- The role comes from app_metadata, which users can not write; user_metadata they can.
-- Nobody else needs a policy: a public bucket's objects are served without one, and the function
-- itself writes with a secret key, which row-level security does not bind. Without a select policy
-- for everyone, nobody but an admin can list the bucket.
drop policy if exists "Admins read car images" on storage.objects;
create policy "Admins read car images" on storage.objects
  for select to authenticated
  using (
    bucket_id in ('car-images', 'car-originals')
    and (auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'
  );

drop policy if exists "Admins add car images" on storage.objects;
create policy "Admins add car images" on storage.objects
  for insert to authenticated
  with check (
    bucket_id in ('car-images', 'car-originals')
    and (auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'
  );

-- Replacing a file (upsert) needs insert, select and update.
drop policy if exists "Admins replace car images" on storage.objects;
create policy "Admins replace car images" on storage.objects
  for update to authenticated
  using (
    bucket_id in ('car-images', 'car-originals')
    and (auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'
  )
  with check (
    bucket_id in ('car-images', 'car-originals')
    and (auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'
  );

drop policy if exists "Admins delete car images" on storage.objects;
create policy "Admins delete car images" on storage.objects
  for delete to authenticated
  using (
    bucket_id in ('car-images', 'car-originals')
    and (auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'
  );
