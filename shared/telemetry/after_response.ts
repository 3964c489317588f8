import { log } from "./log.ts";

/** The global of hosted Supabase: the host keeps an isolate while a promise passed to `waitUntil` is pending. */
interface EdgeRuntimeGlobal {
  waitUntil(work: Promise<unknown>): void;
}

const pending = new Set<Promise<void>>();

/**
 * Keeps the process alive for work that goes on after the answer. On SIGTERM the process waits for it, within its grace
 * period.
 *
 * @param work The work. It handles its own failures: a rejection is only logged.
 */
export function afterResponse(work: Promise<unknown>): void {
  const kept = work.then(() => {}, (error) => {
    log("error", "background_work_failed", { error: String(error) });
  }).finally(() => pending.delete(kept));
  pending.add(kept);
  (globalThis as { EdgeRuntime?: EdgeRuntimeGlobal }).EdgeRuntime?.waitUntil(kept);
}

/** Whether any work of {@linkcode afterResponse} is pending. */
export function hasWorkLeft(): boolean {
  return pending.size > 0;
}

/** Resolves when no such work is pending, including work that starts meanwhile. */
export async function workDone(): Promise<void> {
  while (pending.size > 0) await Promise.all(pending);
}
