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
/** The Deno version with which hosted Supabase is compatible. */
const DENO = "2.1.4";

/** Options of the simulated hosted runtime. */
export interface HostedRuntimeOptions {
  /** The function's settings; the environment has only these and Deno's own variables. */
  env: Record<string, string>;
  /** Bound on running and starting isolates. @default the number of processors */
  parallelism?: number;
  /** Overrides of {@linkcode HOSTED_LIMITS}. */
  limits?: Partial<HostedLimits>;
  /** The function's module, below the project's root; it has to export `default { fetch }`. @default the function's own */
  entrypoint?: string;
  /** Called with every line that the function prints. */
  onLog?: (line: string) => void;
  /** Called with a line at each isolate's start, retirement and end. */
  onEvent?: (line: string) => void;
}

/** A simulation of Supabase's hosted runtime. */
export interface HostedRuntime extends RunningFunction {
  /** All isolates so far, the latest last; figures of running isolates keep changing. */
  readonly isolates: readonly IsolateStatistics[];
  /**
   * Fails the next requests with a body with 500 `WorkerAlreadyRetired`, like a request that reaches an isolate as it
   * retires.
   */
  failAsRetired(count: number): void;
  /** Kills all isolates and their work, as the host may at any time. */
  killAll(): void;
  /** Waits up to `shutdownMs` for the requests in flight, and ends all isolates. */
  close(): Promise<void>;
}

/**
 * Starts a simulation of Supabase's hosted runtime on 127.0.0.1. Each isolate is a process of Deno 2.1.4 with the host's
 * limits on CPU, memory and time, and requests reach isolates by the host's rules (edge-runtime 1.74, policy
 * `per_worker`). Isolates start on demand.
 *
 * Differences from the host: memory is checked between pieces of synchronous work, not within them; `node:worker_threads`
 * can be imported; the code is loaded before the CPU counts, but not from one bundle.
 *
 * @throws Error on systems other than Linux, as only Linux reports the CPU time of a single thread
 */
export async function startHostedRuntime(options: HostedRuntimeOptions): Promise<HostedRuntime> {
  if (Deno.build.os !== "linux") {
    throw new Error("The simulated hosted runtime needs Linux, for the CPU times in /proc.");
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
      onReport: (one) => supervisor.check(one),
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

  const check = (isolate: Isolate): void => supervisor.check(isolate);
  const pool = new Pool({
    parallelism: options.parallelism ?? navigator.hardwareConcurrency,
    waitMs: limits.waitMs,
    boot,
    check,
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
      check,
      onEnd: () => {
        check(isolate);
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
