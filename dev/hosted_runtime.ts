import { denoBinary } from "./deno_binary.ts";
import type { RunningFunction } from "./function_process.ts";
import { denoCacheDir } from "./hosted_runtime/deno_cache_dir.ts";
import { exchange } from "./hosted_runtime/exchange.ts";
import { Isolate } from "./hosted_runtime/isolate.ts";
import type { IsolateStatistics } from "./hosted_runtime/isolate_statistics.ts";
import { HOSTED_LIMITS, type HostedLimits } from "./hosted_runtime/limits.ts";
import { platformError } from "./hosted_runtime/platform_error.ts";
import { Pool } from "./hosted_runtime/pool.ts";
import { Supervisor } from "./hosted_runtime/supervisor.ts";

export type {
  EndReason,
  IsolateStatistics,
  UnloadReason,
} from "./hosted_runtime/isolate_statistics.ts";
export type { HostedLimits } from "./hosted_runtime/limits.ts";

const ROOT = new URL("../", import.meta.url);
const ENTRYPOINT = "functions/process-image/index.ts";
/** The version that hosted Supabase is compatible with. */
const DENO = "2.1.4";

/** How the stand-in of the hosted runtime is started. */
export interface HostedRuntimeOptions {
  /** The function's settings: with what Deno needs, its whole environment. */
  env: Record<string, string>;
  /** Isolates that may be up, or starting, at once. @default the number of processors */
  parallelism?: number;
  /** Over {@linkcode HOSTED_LIMITS}. */
  limits?: Partial<HostedLimits>;
  /** The function's module, below the project's root; it has to export `default { fetch }`. @default the function's own */
  entrypoint?: string;
  /** Hears every line that the function prints. */
  onLog?: (line: string) => void;
  /** Hears of each isolate's start, retirement and end, as a line. */
  onEvent?: (line: string) => void;
}

/** Supabase's hosted runtime, as the function sees it. */
export interface HostedRuntime extends RunningFunction {
  /** Every isolate that ever was, the latest last; the figures go on while it lives. */
  readonly isolates: readonly IsolateStatistics[];
  /**
   * Has the next requests with a body fail with 500 `WorkerAlreadyRetired`, as one may that reaches an isolate in the moment
   * in which that retires.
   */
  failAsRetired(count: number): void;
  /** Ends every isolate at once, with all that goes on in it, as the host may at any time. */
  killAll(): void;
  /** Gives the requests in flight `shutdownMs`, and ends every isolate. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in for Supabase's hosted runtime on 127.0.0.1: each isolate is a process of Deno 2.1.4, held to the CPU,
 * memory and time that the host would grant it, and requests are given to isolates by its rules (edge-runtime 1.74, policy
 * `per_worker`). No isolate is started before there is a request.
 *
 * What it can not show: memory is looked at between pieces of synchronous work, not in them; `node:worker_threads` can be
 * imported; the code of an isolate is loaded before it counts, but not from one bundle.
 *
 * @throws Error on any other system than Linux, which tells the CPU of a single thread
 */
export async function startHostedRuntime(options: HostedRuntimeOptions): Promise<HostedRuntime> {
  if (Deno.build.os !== "linux") {
    throw new Error("The stand-in for the hosted runtime needs Linux, for the CPU times in /proc.");
  }
  const limits = { ...HOSTED_LIMITS, ...options.limits };
  const binary = await denoBinary(DENO);
  const cacheDir = await denoCacheDir(binary);
  const entrypoint = new URL(options.entrypoint ?? ENTRYPOINT, ROOT).href;
  const logs: string[] = [];
  const isolates: Isolate[] = [];
  let toFail = 0;

  const supervisor = new Supervisor(
    limits,
    ({ id }, what) => options.onEvent?.(`isolate ${id} ${what}`),
  );

  /** Starts an isolate, and waits until it is up. */
  const boot = async (): Promise<Isolate | undefined> => {
    const isolate = new Isolate({
      id: isolates.length + 1,
      binary,
      cacheDir,
      entrypoint,
      env: options.env,
      onLog: (line) => {
        logs.push(line);
        options.onLog?.(line);
      },
      onReport: (one) => supervisor.look(one),
    });
    isolates.push(isolate);
    supervisor.watch(isolate);
    isolate.ended.signal.addEventListener("abort", () => options.onEvent?.(farewell(isolate)));
    const timer = setTimeout(() => isolate.kill("boot"), limits.bootMs);
    try {
      await isolate.whenListening();
      options.onEvent?.(`isolate ${isolate.id} started in ${isolate.bootMs!.toFixed()} ms`);
      return isolate;
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  };

  const look = (isolate: Isolate): void => supervisor.look(isolate);
  const pool = new Pool({
    parallelism: options.parallelism ?? navigator.hardwareConcurrency,
    waitMs: limits.waitMs,
    boot,
    look,
  });

  const answer = async (request: Request): Promise<Response> => {
    const isolate = await pool.acquire();
    if (!isolate) return platformError("BOOT_ERROR");
    if (toFail > 0 && request.body) {
      toFail--;
      return platformError("WorkerAlreadyRetired");
    }
    return await exchange(request, isolate, {
      idleTimeoutMs: limits.idleTimeoutMs,
      look,
      onEnd: () => {
        look(isolate);
        pool.requestEnded(isolate);
      },
    });
  };

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    logs,
    isolates,
    failAsRetired: (count) => toFail = count,
    killAll: () => isolates.forEach((isolate) => isolate.kill("error")),
    close: async () => {
      pool.close();
      await Promise.all(isolates.map((isolate) => isolate.shutDown(limits.shutdownMs)));
      await server.shutdown();
    },
  };
}

function farewell({ id, endedBecause, requests, cpuMs, peakMemoryBytes }: Isolate): string {
  const memoryMb = Math.round(peakMemoryBytes / 2 ** 20);
  return `isolate ${id} ended (${endedBecause}): ${requests} requests, ${cpuMs.toFixed()} ms of CPU, ${memoryMb} MB`;
}
