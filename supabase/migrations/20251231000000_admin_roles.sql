-- The admin roles for row-level security. The function's setting ADMIN_ROLES is their only source: the function writes its
-- roles here, and every policy of process-image reads them here. Idempotent: running it again keeps the roles.

create table if not exists public.process_image_settings (
  -- A single row.
  id boolean primary key default true check (id),
  -- Values of app_metadata.role in a user's token: ADMIN_ROLES.
  admin_roles text[] not null default '{admin}' check (cardinality(admin_roles) > 0),
  -- Start time of the isolate that wrote the roles.
  roles_of timestamptz not null default '-infinity'
);

insert into public.process_image_settings (id) values (true) on conflict (id) do nothing;

-- No policy: only the function writes, and its secret key bypasses row-level security.
alter table public.process_image_settings enable row level security;
revoke all on table public.process_image_settings from public, anon, authenticated;
grant select, insert, update, delete on table public.process_image_settings to service_role;

-- Returns whether the caller's token has one of the roles. The role comes from app_metadata: users can write user_metadata,
-- but not app_metadata. Policies call it as (select public.process_image_is_admin()), so that it runs once per query.
create or replace function public.process_image_is_admin()
returns boolean
language sql
stable
security definer
set search_path = ''
as $is_admin$
  select exists (
    select from public.process_image_settings
    where jsonb_typeof(auth.jwt() -> 'app_metadata' -> 'role') = 'string'
      and auth.jwt() -> 'app_metadata' ->> 'role' = any (admin_roles)
  );
$is_admin$;

-- Replaces the roles by those of an isolate that started at the given time. The isolate that started last has the settings
-- of the last deployment, so an earlier one changes nothing. Returns whether the roles changed.
create or replace function public.process_image_set_admin_roles(roles text[], started_at timestamptz)
returns boolean
language plpgsql
security definer
set search_path = ''
as $set_roles$
declare
  known public.process_image_settings;
begin
  insert into public.process_image_settings (id) values (true) on conflict (id) do nothing;
  select * into strict known from public.process_image_settings for update;
  if known.roles_of > started_at then
    return false;
  end if;
  -- The bound keeps an isolate whose clock is ahead from blocking the others.
  update public.process_image_settings
  set admin_roles = roles, roles_of = least(started_at, clock_timestamp());
  return known.admin_roles <> roles;
end
$set_roles$;

revoke all on function
  public.process_image_is_admin(),
  public.process_image_set_admin_roles(text[], timestamptz)
from public, anon, authenticated, service_role;
-- Policies run with the caller's rights. The function reveals only whether the caller is an admin.
grant execute on function public.process_image_is_admin() to authenticated, service_role;
grant execute on function public.process_image_set_admin_roles(text[], timestamptz) to service_role;
