import type { DenoVersion } from "../../dev/deno_binary.ts";
import { startFunction } from "../../dev/function_process.ts";
import { MainThreadClock } from "../../dev/linux_cpu.ts";

/** CPU of the reference job on the machine of `bench/RESULTS.md`, in milliseconds: 30 million steps of 1.07 ns. */
const REFERENCE_MS = 32;

/** Bound on the tries of a request whose connection breaks, which depends on how the two processes are scheduled. */
const MAX_TRIES = 20;

/** The cost of a request for the function's process. */
export interface Cost {
  status: number;
  text: string;
  /** CPU of the main thread, in milliseconds on the machine of `bench/RESULTS.md`. */
  cpuMs: number;
  /** The peak memory during the request beyond that before it, in bytes. */
  peakBytes: number;
}

/** A function in its own process, whose requests are measured. */
export interface CostMeter extends AsyncDisposable {
  url: string;
  /** Sends one request and measures it. No other request may run meanwhile. */
  measure(send: () => Promise<Response>): Promise<Cost>;
}

/**
 * Starts a function and its meter (Linux only).
 *
 * @param deno The version of Deno that runs the function.
 * @param env The function's settings.
 */
export async function startCostMeter(
  deno: DenoVersion,
  env: Record<string, string>,
): Promise<CostMeter> {
  const entrypoint = "tests/helpers/cost_entry.ts";
  const running = await startFunction({ deno, env, entrypoint });
  const clock = new MainThreadClock(running.pid);
  const ask = async (path: string) => Number(await (await fetch(running.url + path)).text());
  /** A refusal may come before the whole body was sent: the closed connection can then break its answer, too. */
  const answerTo = async (send: () => Promise<Response>) => {
    for (let tries = 1;; tries++) {
      try {
        const response = await send();
        return { status: response.status, text: await response.text() };
      } catch (error) {
        if (!(error instanceof TypeError) || tries === MAX_TRIES) throw error;
      }
    }
  };
  const cpuOf = async (job: () => Promise<unknown>) => {
    const from = clock.readMs();
    await job();
    return clock.readMs() - from;
  };
  return {
    url: `${running.url}/process-image`,
    async measure(send) {
      // A processor that is shared or throttled is slower for both.
      const referenceMs = await cpuOf(() => ask("/__reference"));
      await ask("/__peak");
      const before = await ask("/__peak");
      let answer = { status: 0, text: "" };
      const usedMs = await cpuOf(async () => answer = await answerTo(send));
      const pace = Math.max(1, referenceMs / REFERENCE_MS);
      const peakBytes = Math.max(0, await ask("/__peak") - before);
      return { ...answer, cpuMs: usedMs / pace, peakBytes };
    },
    async [Symbol.asyncDispose]() {
      await running.close();
      clock.close();
    },
  };
}
