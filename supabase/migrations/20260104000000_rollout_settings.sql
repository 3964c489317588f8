-- Who processes photos while the function takes over from the service that it replaces. What is set here holds for all
-- isolates within ten seconds, without a deployment; what is null is as the function's environment says. Can be run again.

create table if not exists public.rollout_settings (
  -- A single row.
  id boolean primary key default true check (id),
  -- Share of the photos that the new pipeline gets: ROLLOUT_PERCENT.
  percent smallint check (percent between 0 and 100),
  -- False sends every photo to the legacy service: USE_NEW_PIPELINE.
  use_new_pipeline boolean,
  -- Share of the photos served by the legacy service that are processed for comparison: SHADOW_PERCENT.
  shadow_percent smallint check (shadow_percent between 0 and 100),
  updated_at timestamptz not null default now()
);

insert into public.rollout_settings (id) values (true) on conflict (id) do nothing;

-- No policy: nobody but the function, whose secret key row-level security does not bind.
alter table public.rollout_settings enable row level security;
revoke all on table public.rollout_settings from public, anon, authenticated;
grant select, insert, update, delete on table public.rollout_settings to service_role;
