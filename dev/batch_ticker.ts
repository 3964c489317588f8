import type { LocalSupabase } from "./local_supabase.ts";

/** Options of the ticker. */
export interface BatchTickerOptions {
  supabase: LocalSupabase;
  /** The function's address. */
  functionUrl: string;
  /** Time between two checks, in milliseconds; 0 for checks by {@linkcode BatchTicker.tick} only. */
  everyMs: number;
}

/** Calls batch workers in place of `pg_cron` and `pg_net`, which the local Postgres does not have. */
export interface BatchTicker {
  /** Calls a worker if batch items wait. @returns Whether it called one. */
  tick(): Promise<boolean>;
  close(): Promise<void>;
}

/** Bound on the items in progress, above which no worker is called; as in `process_image_call_worker()`. */
const MAX_AT_ONCE = 8;

/** Starts the ticker. */
export function startBatchTicker(
  { supabase, functionUrl, everyMs }: BatchTickerOptions,
): BatchTicker {
  let isClosed = false;
  let checking: Promise<unknown> = Promise.resolve();
  const tick = async (): Promise<boolean> => {
    const [{ waiting }] = await supabase.query<{
      waiting: { visible: number; processing: number; webhook_due: boolean };
    }>("select public.batch_waiting() as waiting");
    const isDue = waiting.visible > 0 && waiting.processing < MAX_AT_ONCE;
    if (!isDue && !waiting.webhook_due) return false;
    const headers = { apikey: supabase.secretKey };
    const response = await fetch(`${functionUrl}/work`, { method: "POST", headers });
    await response.body?.cancel();
    return true;
  };
  const timer = everyMs === 0 ? undefined : setInterval(() => {
    // The next tick repeats a failed check, for example while the function restarts.
    checking = checking.then(() => isClosed || tick()).catch(() => {});
  }, everyMs);
  return {
    tick,
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await checking;
    },
  };
}
