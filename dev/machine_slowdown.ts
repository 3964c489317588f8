import { denoBinary } from "./deno_binary.ts";
import { HOSTED_LIMITS, type HostedLimits } from "./hosted_runtime/limits.ts";

/** CPU of `reference_work.ts` on the machine of the function's estimates, in milliseconds. */
const REFERENCE_MS = 750;

/**
 * Measurements, and how many run at once. Isolates never have the machine for themselves: there are as many as processors,
 * and Supabase, the simulator and the senders run beside them.
 */
const ROUNDS = 3;
const AT_ONCE = navigator.hardwareConcurrency + 1;

/** The Deno version of the hosted runtime. */
const DENO = "2.1.4";

let measured: Promise<number> | undefined;

/**
 * Measures how much more CPU time this machine takes than the machine of the function's estimates. The measured work does
 * not contain the function's code, so a slower function does not look like a slower machine. Measures once per process.
 *
 * @returns At least 1; 2 means twice the CPU time.
 * @throws Error if the work fails
 */
export function machineSlowdown(): Promise<number> {
  return measured ??= measure();
}

/**
 * Measures again whether the machine has become slower than {@linkcode machineSlowdown} says; the larger value counts from
 * now on.
 *
 * @returns Whether it is slower.
 */
export async function hasBecomeSlower(): Promise<boolean> {
  const before = await machineSlowdown();
  measured = measure().then((now) => Math.max(before, now));
  return await measured > before;
}

/** CPU limits of the simulated hosted runtime, and the function's setting that goes with them. */
export interface ScaledLimits {
  limits: Pick<HostedLimits, "cpuSoftMs" | "cpuHardMs">;
  env: { CPU_BUDGET_MS: string };
}

/**
 * Translates CPU limits to this machine: they grow by its slowdown. A slow machine then runs as many photos per isolate as
 * the machine of the estimates.
 *
 * @param limits CPU limits in milliseconds. @default those of hosted Supabase
 * @param budgetMs The function's CPU budget, in milliseconds. @default the hard limit
 * @throws Error if the slowdown cannot be measured
 */
export async function scaleCpuLimits(
  { cpuSoftMs, cpuHardMs }: ScaledLimits["limits"] = HOSTED_LIMITS,
  budgetMs = cpuHardMs,
): Promise<ScaledLimits> {
  const slowdown = await machineSlowdown();
  const scale = (ms: number) => Math.round(ms * slowdown);
  return {
    limits: { cpuSoftMs: scale(cpuSoftMs), cpuHardMs: scale(cpuHardMs) },
    env: { CPU_BUDGET_MS: String(scale(budgetMs)) },
  };
}

async function measure(): Promise<number> {
  const binary = await denoBinary(DENO);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push(...await Promise.all(Array.from({ length: AT_ONCE }, () => work(binary))));
  }
  const medianMs = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
  return Math.max(1, medianMs / REFERENCE_MS);
}

async function work(binary: string): Promise<number> {
  const { success, stdout } = await new Deno.Command(binary, {
    args: ["run", "-A", "--no-lock", "dev/reference_work.ts"], // Deno opens /proc only with all permissions
    cwd: new URL("../", import.meta.url),
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("dev/reference_work.ts failed.");
  return Number(new TextDecoder().decode(stdout));
}
