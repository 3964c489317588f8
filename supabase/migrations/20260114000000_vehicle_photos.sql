-- Vehicles: the photos of a car as an ordered set, with a cover. The function records a photo once its files are stored.
-- Forgetting a set deletes no file; deleting a photo (shared/erase) removes it from all sets. Idempotent.

create table if not exists public.process_image_vehicle_photos (
  vehicle_id text not null check (vehicle_id ~ '^[A-Za-z0-9_-]{1,64}$'),
  -- SHA-256 of the photo's file, in hexadecimal digits.
  photo_hash text not null check (photo_hash ~ '^[0-9a-f]{64}$'),
  -- Place in the set's order. Gaps have no meaning.
  position integer not null check (position between 0 and 499),
  is_cover boolean not null default false,
  -- The photo's last answer: {"filename", "original_size", "storage_urls", "variants", "quality", "warnings"}.
  photo jsonb not null,
  added_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (vehicle_id, photo_hash),
  -- Checked after each statement, so that one statement can move several photos.
  unique (vehicle_id, position) deferrable initially immediate
);

create unique index if not exists process_image_vehicle_photos_cover on public.process_image_vehicle_photos (vehicle_id) where is_cover;
create index if not exists process_image_vehicle_photos_hash on public.process_image_vehicle_photos (photo_hash);

alter table public.process_image_vehicle_photos enable row level security;
revoke all on table public.process_image_vehicle_photos from public, anon, authenticated;
grant select on table public.process_image_vehicle_photos to authenticated;
grant select, insert, update, delete on table public.process_image_vehicle_photos to service_role;

-- There is no policy for writes: only the function writes, and its secret key bypasses row-level security.
drop policy if exists "Admins read vehicle photos" on public.process_image_vehicle_photos;
create policy "Admins read vehicle photos" on public.process_image_vehicle_photos
  for select to authenticated
  using ((select public.process_image_is_admin()));

-- Lets one transaction at a time change a set. A row lock does not suffice, as a new photo has no row yet.
create or replace function public.process_image_vehicle_lock(vehicle text)
returns void
language sql
security invoker
set search_path = ''
as $lock$
  select pg_advisory_xact_lock(hashtextextended('process_image_vehicle:' || vehicle, 0));
$lock$;

-- Returns a set in its order: [{"photo_hash", "position", "is_cover", "photo"}]; null for an unknown vehicle.
create or replace function public.process_image_vehicle_show(vehicle text)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $show$
  select jsonb_agg(
    jsonb_build_object('photo_hash', photo_hash, 'position', position, 'is_cover', is_cover, 'photo', photo)
    order by position
  )
  from public.process_image_vehicle_photos
  where vehicle_id = vehicle;
$show$;

-- Adds a photo, or replaces its entry; a known photo keeps its position and stays the cover. A new photo goes to the end,
-- or to the given place: a photo that is there moves back by one, and so do those that follow it without a gap. Returns the
-- position; null if the set is full.
create or replace function public.process_image_vehicle_add(vehicle text, hash text, place integer, entry jsonb)
returns integer
language plpgsql
security invoker
set search_path = ''
as $add$
declare
  most constant integer := 500;
  photos integer;
  final integer;
  gap integer;
begin
  perform public.process_image_vehicle_lock(vehicle);
  update public.process_image_vehicle_photos set photo = entry, updated_at = clock_timestamp()
  where vehicle_id = vehicle and photo_hash = hash
  returning position into final;
  if found then
    return final;
  end if;

  select count(*), coalesce(place, max(position) + 1, 0) into photos, final
  from public.process_image_vehicle_photos where vehicle_id = vehicle;
  if photos >= most then
    return null;
  end if;
  select min(free) into gap
  from generate_series(final, most - 1) as free
  where not exists (select from public.process_image_vehicle_photos where vehicle_id = vehicle and position = free);
  if gap is null then
    -- All places up to the last one are taken: close the gaps before them.
    select count(*) into final from public.process_image_vehicle_photos where vehicle_id = vehicle and position < final;
    update public.process_image_vehicle_photos as old set position = ranked.place
    from (
      select photo_hash, row_number() over (order by position) - 1 as place
      from public.process_image_vehicle_photos where vehicle_id = vehicle
    ) as ranked
    where old.vehicle_id = vehicle and old.photo_hash = ranked.photo_hash;
    gap := photos;
  end if;
  update public.process_image_vehicle_photos set position = position + 1
  where vehicle_id = vehicle and position >= final and position < gap;
  insert into public.process_image_vehicle_photos (vehicle_id, photo_hash, position, photo)
  values (vehicle, hash, final, entry);
  return final;
end
$add$;

-- Sets the order, and the cover unless keep_cover. The order names each photo of the set once. Returns null for an unknown
-- vehicle, or {"unknown", "missing", "photos"}: hashes that the set does not have, photos that the order does not name, and
-- the set afterwards. If a hash is unknown or missing, nothing changes, and "photos" is null.
create or replace function public.process_image_vehicle_arrange(vehicle text, hashes text[], cover text, keep_cover boolean)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $arrange$
declare
  known text[];
  unknown text[];
  missing text[];
begin
  perform public.process_image_vehicle_lock(vehicle);
  select array_agg(photo_hash order by position) into known from public.process_image_vehicle_photos where vehicle_id = vehicle;
  if known is null then
    return null;
  end if;
  unknown := array(
    select distinct hash from unnest(hashes || case when keep_cover then null else cover end) as hash
    where hash is not null and hash <> all (known)
  );
  missing := array(select hash from unnest(known) as hash where hash <> all (hashes));
  if unknown <> '{}' or missing <> '{}' then
    return jsonb_build_object('unknown', to_jsonb(unknown), 'missing', to_jsonb(missing), 'photos', null);
  end if;
  update public.process_image_vehicle_photos as old set position = ordered.place - 1
  from unnest(hashes) with ordinality as ordered (hash, place)
  where old.vehicle_id = vehicle and old.photo_hash = ordered.hash;
  if not keep_cover then
    -- Two statements, as at most one photo may be the cover at any time.
    update public.process_image_vehicle_photos set is_cover = false where vehicle_id = vehicle and is_cover;
    update public.process_image_vehicle_photos set is_cover = true where vehicle_id = vehicle and photo_hash = cover;
  end if;
  return jsonb_build_object('unknown', '[]'::jsonb, 'missing', '[]'::jsonb, 'photos', public.process_image_vehicle_show(vehicle));
end
$arrange$;

-- Forgets a set. Returns the number of its photos.
create or replace function public.process_image_vehicle_forget(vehicle text)
returns integer
language plpgsql
security invoker
set search_path = ''
as $forget$
declare
  photos integer;
begin
  perform public.process_image_vehicle_lock(vehicle);
  delete from public.process_image_vehicle_photos where vehicle_id = vehicle;
  get diagnostics photos = row_count;
  return photos;
end
$forget$;

revoke all on function
  public.process_image_vehicle_lock(text),
  public.process_image_vehicle_show(text),
  public.process_image_vehicle_add(text, text, integer, jsonb),
  public.process_image_vehicle_arrange(text, text[], text, boolean),
  public.process_image_vehicle_forget(text)
from public, anon, authenticated;
grant execute on function
  public.process_image_vehicle_lock(text),
  public.process_image_vehicle_show(text),
  public.process_image_vehicle_add(text, text, integer, jsonb),
  public.process_image_vehicle_arrange(text, text[], text, boolean),
  public.process_image_vehicle_forget(text)
to service_role;
