-- Settings of the rollout from the legacy service to the function. A value applies to all isolates within ten seconds,
-- without a deployment; for null, the function's environment applies. Idempotent.

create table if not exists public.rollout_settings (
  -- A single row.
  id boolean primary key default true check (id),
  -- Percentage of the photos that the new pipeline processes: ROLLOUT_PERCENT.
  percent smallint check (percent between 0 and 100),
  -- False sends every photo to the legacy service: USE_NEW_PIPELINE.
  use_new_pipeline boolean,
  -- Percentage of the legacy service's photos that are also processed for comparison: SHADOW_PERCENT.
  shadow_percent smallint check (shadow_percent between 0 and 100),
  updated_at timestamptz not null default now()
);

insert into public.rollout_settings (id) values (true) on conflict (id) do nothing;

-- No policy: only the function uses the table, and its secret key bypasses row-level security.
alter table public.rollout_settings enable row level security;
revoke all on table public.rollout_settings from public, anon, authenticated;
grant select, insert, update, delete on table public.rollout_settings to service_role;
