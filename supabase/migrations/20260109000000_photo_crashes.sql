-- Crashes of the image engine by photo, counted across all isolates: the function refuses a photo that crashed it twice.
-- Stores only the photo's hash. Idempotent.

create table if not exists public.photo_crashes (
  -- SHA-256 of the photo's file, in hexadecimal digits.
  photo_hash text primary key check (photo_hash ~ '^[0-9a-f]{64}$'),
  crashes integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null
);

create index if not exists photo_crashes_last_at on public.photo_crashes (last_at);

-- No policy: only the function uses the table, and its secret key bypasses row-level security.
alter table public.photo_crashes enable row level security;
revoke all on table public.photo_crashes from public, anon, authenticated;
grant select, insert, update, delete on table public.photo_crashes to service_role;

-- Counts a crash and returns the photo's number of crashes, including this one. The count restarts if the last crash is
-- older than keep_days. Also drops a few other old rows.
create or replace function public.photo_crash_record(hash text, keep_days integer)
returns integer
language plpgsql
security invoker
set search_path = ''
as $record$
declare
  moment constant timestamptz := clock_timestamp();
  oldest constant timestamptz := moment - keep_days * interval '1 day';
  counted integer;
begin
  -- Concurrent calls wait for the row, so that each crash counts.
  insert into public.photo_crashes as known (photo_hash, crashes, first_at, last_at)
  values (hash, 1, moment, moment)
  on conflict (photo_hash) do update set
    crashes = case when known.last_at < oldest then 1 else known.crashes + 1 end,
    first_at = case when known.last_at < oldest then moment else known.first_at end,
    last_at = moment
  returning crashes into counted;

  delete from public.photo_crashes
  where photo_hash in (
    select photo_hash from public.photo_crashes
    where last_at < oldest
    order by last_at
    limit 100
    for update skip locked
  );
  return counted;
end
$record$;

revoke all on function public.photo_crash_record(text, integer) from public, anon, authenticated;
grant execute on function public.photo_crash_record(text, integer) to service_role;
