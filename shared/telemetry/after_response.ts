import { log } from "./log.ts";

/** The global that hosted Supabase offers: an isolate is not dropped while a promise that it was handed is pending. */
interface EdgeRuntimeGlobal {
  waitUntil(work: Promise<unknown>): void;
}

const pending = new Set<Promise<void>>();

/**
 * Lets work go on after the answer has been sent. The process does not end before it, on SIGTERM, as long as it may wait.
 *
 * @param work It handles its own failures: one that rejects is only logged.
 */
export function afterResponse(work: Promise<unknown>): void {
  const kept = work.then(() => {}, (error) => {
    log("error", "background_work_failed", { error: String(error) });
  }).finally(() => pending.delete(kept));
  pending.add(kept);
  (globalThis as { EdgeRuntime?: EdgeRuntimeGlobal }).EdgeRuntime?.waitUntil(kept);
}

/** Whether work goes on that was handed to {@linkcode afterResponse}. */
export function hasWorkLeft(): boolean {
  return pending.size > 0;
}

/** Resolves when none of it goes on, what began meanwhile included. */
export async function workDone(): Promise<void> {
  while (pending.size > 0) await Promise.all(pending);
}
