-- The bucket of cached cutouts: what API4.ai answered for a photo, so that the same photo is not paid for again. Can be run
-- again: nothing is created twice.

-- Private, and without a policy: nobody but the function, whose secret key row-level security does not bind, lists, reads
-- or writes it. 24 MiB is the largest image that a reply of API4.ai is read with.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('car-cutouts', 'car-cutouts', false, 25165824, array['image/png'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;
