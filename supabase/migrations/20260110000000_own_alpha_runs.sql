-- Runs of photos that came as cutouts: their own alpha was the mask, and API4.ai was not called. Idempotent.

alter table public.processing_runs drop constraint if exists processing_runs_api4ai_check;
alter table public.processing_runs add constraint processing_runs_api4ai_check
  check (api4ai in ('called', 'cached', 'own_alpha', 'none'));
