-- The cached cutouts of each photo, so that deleting a photo can delete them: a cutout's path has the hash of the picture that
-- the cutout service got, not that of the photo. And the file names of stored photos, for the gallery of admins. Idempotent.

create table if not exists public.photo_cutouts (
  -- SHA-256 of the photo's file.
  photo_hash text not null check (photo_hash ~ '^[0-9a-f]{64}$'),
  -- Path in the bucket of cutouts. Photos that differ only in their metadata share a cutout.
  path text not null check (length(path) between 1 and 300),
  recorded_at timestamptz not null default now(),
  primary key (photo_hash, path)
);

-- No policy: only the function uses the table, and its secret key bypasses row-level security.
alter table public.photo_cutouts enable row level security;
revoke all on table public.photo_cutouts from public, anon, authenticated;
grant select, insert, update, delete on table public.photo_cutouts to service_role;

create table if not exists public.photo_names (
  -- SHA-256 of the photo's file.
  photo_hash text primary key check (photo_hash ~ '^[0-9a-f]{64}$'),
  -- The last file name that a caller has sent with the photo.
  filename text not null check (length(filename) <= 255),
  recorded_at timestamptz not null default now()
);

-- Admins may read the names. There is no policy for writes.
alter table public.photo_names enable row level security;
revoke all on table public.photo_names from public, anon, authenticated;
grant select, insert, update, delete on table public.photo_names to service_role;
grant select on table public.photo_names to authenticated;
drop policy if exists "Admins read photo names" on public.photo_names;
create policy "Admins read photo names" on public.photo_names
  for select to authenticated
  using ((select public.process_image_is_admin()));

-- Records runs, as processing_runs_record does, the cutouts of their photos, and the names of stored photos:
-- batch -> 'cutouts' is [{"photo_hash", "path"}], batch -> 'names' is [{"photo_hash", "filename"}].
create or replace function public.process_image_record(batch jsonb)
returns void
language plpgsql
security invoker
set search_path = ''
as $record$
begin
  perform public.processing_runs_record(batch);
  insert into public.photo_cutouts (photo_hash, path)
  select distinct cutout.photo_hash, cutout.path
  from jsonb_to_recordset(batch -> 'cutouts') as cutout (photo_hash text, path text)
  -- A fixed order keeps concurrent writers of the same rows from deadlocking.
  order by 1, 2
  on conflict (photo_hash, path) do nothing;
  insert into public.photo_names as known (photo_hash, filename)
  select distinct on (named.photo_hash) named.photo_hash, named.filename
  from jsonb_to_recordset(batch -> 'names') as named (photo_hash text, filename text)
  order by named.photo_hash
  on conflict (photo_hash) do update set filename = excluded.filename, recorded_at = now()
  where known.filename <> excluded.filename;
end
$record$;

revoke all on function public.process_image_record(jsonb) from public, anon, authenticated;
grant execute on function public.process_image_record(jsonb) to service_role;
