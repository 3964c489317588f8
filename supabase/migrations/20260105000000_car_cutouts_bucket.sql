-- The bucket of cached cutouts: API4.ai's answers, so that the same photo is not paid for twice. Idempotent.

-- Private. 24 MiB is the function's bound on an image in a reply of API4.ai.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('car-cutouts', 'car-cutouts', false, 25165824, array['image/png'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Only the function lists, reads or writes the bucket: its secret key bypasses row-level security. Restrictive, so that no
-- other policy of the project can allow more.
drop policy if exists "Only the service uses car cutouts" on storage.objects;
create policy "Only the service uses car cutouts" on storage.objects
  as restrictive for all to public
  using (bucket_id <> 'car-cutouts')
  with check (bucket_id <> 'car-cutouts');
