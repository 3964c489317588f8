-- The buckets of process-image and their policies. Idempotent.

-- Bucket of the variants that the function writes. Public: the portal shows them by unsigned URLs.
-- Lists each type, because the match is exact. 20 MiB is far more than any variant.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values (
  'car-images', 'car-images', true, 20971520,
  array['image/webp', 'image/png', 'image/jpeg']
)
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Bucket of the photos that admins upload before they send `storage_path`: large photos, resumable uploads.
-- Private, since originals contain EXIF data such as the GPS position.
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

-- process_image_is_admin() decides who is an admin. Only admins need policies: a public bucket serves its objects without
-- one, and the function's secret key bypasses row-level security. Only admins can list the buckets, since no other user has a
-- select policy.
drop policy if exists "Admins read car images" on storage.objects;
create policy "Admins read car images" on storage.objects
  for select to authenticated
  using (
    bucket_id in ('car-images', 'car-originals')
    and (select public.process_image_is_admin())
  );

-- Admins may write originals only.
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

-- Results and their manifests are in folders named by the photo's SHA-256, where only the function may write: every public
-- file there comes from the function. Restrictive, so that no other policy of the project can allow more.
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
