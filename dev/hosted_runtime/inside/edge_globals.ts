import process from "node:process";
import { send } from "./channel.ts";

const pending = new Set<Promise<unknown>>();

/** Resolves when all promises of `EdgeRuntime.waitUntil` have settled. */
export async function workDone(): Promise<void> {
  while (pending.size > 0) await Promise.allSettled(pending);
}

/**
 * Sets an isolate's globals: it adds `EdgeRuntime`, removes workers and the Cache API, and sets CPU times to zero.
 * `SharedArrayBuffer` stays, as it is harmless without workers.
 */
export function setEdgeGlobals(): void {
  Object.defineProperty(globalThis, "EdgeRuntime", { value: { waitUntil } });
  for (const name of ["Worker", "caches", "Cache", "CacheStorage"]) {
    Reflect.deleteProperty(globalThis, name);
  }
  process.cpuUsage = () => ({ user: 0, system: 0 });
}

function waitUntil<T>(promise: Promise<T>): Promise<T> {
  send(`work ${pending.add(promise).size}`);
  const done = (): void => {
    pending.delete(promise);
    send(`work ${pending.size}`);
  };
  promise.then(done, done);
  return promise;
}

/** Dispatches `beforeunload` to the function's listeners. */
export function dispatchBeforeUnload(reason: string): void {
  globalThis.dispatchEvent(
    new CustomEvent("beforeunload", { detail: { reason }, cancelable: true }),
  );
}
