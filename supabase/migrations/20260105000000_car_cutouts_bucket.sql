-- The bucket of cached cutouts: what API4.ai answered for a photo, so that the same photo is not paid for again. Can be run
-- again: nothing is created twice.

-- Private. 24 MiB is the largest image that a reply of API4.ai is read with.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('car-cutouts', 'car-cutouts', false, 25165824, array['image/png'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Nobody but the function, whose secret key row-level security does not bind, lists, reads or writes it. Restrictive, so that
-- it holds whatever other policies the project has.
drop policy if exists "Only the service uses car cutouts" on storage.objects;
create policy "Only the service uses car cutouts" on storage.objects
  as restrictive for all to public
  using (bucket_id <> 'car-cutouts')
  with check (bucket_id <> 'car-cutouts');
