import process from "node:process";
import { tell } from "./channel.ts";

const pending = new Set<Promise<unknown>>();

/** Resolves when nothing goes on that was handed to `EdgeRuntime.waitUntil`. */
export async function workDone(): Promise<void> {
  while (pending.size > 0) await Promise.allSettled(pending);
}

/**
 * Makes the globals those of an isolate: `EdgeRuntime` is there, workers and the Cache API are not, and CPU times are zeros.
 * `SharedArrayBuffer` stays: without workers there is nobody to share one with.
 */
export function setEdgeGlobals(): void {
  Object.defineProperty(globalThis, "EdgeRuntime", { value: { waitUntil } });
  for (const name of ["Worker", "caches", "Cache", "CacheStorage"]) {
    Reflect.deleteProperty(globalThis, name);
  }
  process.cpuUsage = () => ({ user: 0, system: 0 });
}

function waitUntil<T>(promise: Promise<T>): Promise<T> {
  tell(`work ${pending.add(promise).size}`);
  const done = (): void => {
    pending.delete(promise);
    tell(`work ${pending.size}`);
  };
  promise.then(done, done);
  return promise;
}

/** Lets the function's listeners know that its isolate is about to end. */
export function dispatchBeforeUnload(reason: string): void {
  globalThis.dispatchEvent(
    new CustomEvent("beforeunload", { detail: { reason }, cancelable: true }),
  );
}
