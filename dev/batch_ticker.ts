import type { LocalSupabase } from "./local_supabase.ts";

/** What calls workers on this machine. */
export interface BatchTickerOptions {
  supabase: LocalSupabase;
  /** The function's address. */
  functionUrl: string;
  /** Time between two looks, in milliseconds; 0: only {@linkcode BatchTicker.tick} looks. */
  everyMs: number;
}

/** The clock of the batches: stands for `pg_cron` and `pg_net`, which the local Postgres does not have. */
export interface BatchTicker {
  /** Calls a worker if there is something to do. @returns Whether there was. */
  tick(): Promise<boolean>;
  close(): Promise<void>;
}

/** Items that may be under way before no more workers are called, as `process_image_call_worker()` has it. */
const MAX_AT_ONCE = 8;

/** Starts it. */
export function startBatchTicker(
  { supabase, functionUrl, everyMs }: BatchTickerOptions,
): BatchTicker {
  let isClosed = false;
  let looking: Promise<unknown> = Promise.resolve();
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
    // What fails now, as while the function restarts, is tried again soon.
    looking = looking.then(() => isClosed || tick()).catch(() => {});
  }, everyMs);
  return {
    tick,
    close: async () => {
      isClosed = true;
      clearInterval(timer);
      await looking;
    },
  };
}
