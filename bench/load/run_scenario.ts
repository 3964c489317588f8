import type { HostedRuntimeOptions, IsolateStatistics } from "../../dev/hosted_runtime.ts";
import { scaleCpuLimits } from "../../dev/machine_slowdown.ts";
import { type Stack, startStack } from "../../dev/stack.ts";
import { STREET } from "../photos.ts";
import { neverSeen } from "../send_photo.ts";
import { checkStored, type Digests, faultOfObject } from "./check_stored.ts";
import { referenceRun } from "./reference_run.ts";
import type { Scenario } from "./scenario.ts";
import { type Upload, upload } from "./upload.ts";

/** Options of a run, in addition to the scenario. */
export interface RunOptions {
  /** The photo's path. @default that of `fixtures/street.jpg` (12 megapixels) */
  photoPath?: string;
  /** Whether each variant has to equal that of a run without limits, in bytes. @default true */
  compare?: boolean;
  /** Settings of the function. */
  env?: Record<string, string>;
  /** Options of the hosted runtime. Its CPU limits are those of hosted Supabase, scaled to this machine. */
  hosted?: Omit<HostedRuntimeOptions, "env" | "onLog" | "limits">;
  /** Called with every line that the function prints. */
  onLog?: (line: string) => void;
}

/** The result of a run. */
export interface ScenarioResult {
  scenario: Scenario;
  /** Uploads, in the order of their starts. */
  uploads: Upload[];
  /** Number of tries by status of the answer; 0 for a broken connection. */
  statuses: Map<number, number>;
  /** Number of hand-overs. */
  handOvers: number;
  /** Time from the first upload's start to the last one's end, in milliseconds. */
  wallMs: number;
  /** CPU time at which an isolate is killed, in milliseconds. */
  cpuHardMs: number;
  /** All isolates, including those of the warm-up. */
  isolates: IsolateStatistics[];
  /** Number of objects in Storage at the end; `faults` describes errors. */
  objects: number;
  faults: string[];
}

/**
 * Sends a scenario's photos, all different, to the function in a simulated hosted runtime, and checks all objects in
 * Storage after it.
 *
 * @throws errors of the stack, the reference run and the warm-up
 */
export async function runScenario(
  scenario: Scenario,
  { photoPath = STREET.path, compare = true, env, hosted, onLog }: RunOptions = {},
): Promise<ScenarioResult> {
  const photo = await Deno.readFile(photoPath);
  const { latencyMs, warm } = scenario;
  const scaled = await scaleCpuLimits();
  const stack = await startStack({
    runtime: "hosted",
    hosted: { ...hosted, limits: scaled.limits },
    env: { ...scaled.env, CUTOUT_BUCKET: "none", ...env }, // without a cache, as each copy of the same picture has to wait for API4.ai
    latencyMs,
    onLog,
    keepImages: false,
    tokenLifetimeSeconds: 6 * 3600,
  });
  try {
    const expected = compare ? await referenceRun(stack, photo) : undefined;
    const send = () => upload(stack.functionUrl, stack.adminToken, neverSeen(photo));
    if (warm) {
      const { complaint } = await send();
      if (complaint) throw new Error(`The warm-up failed: ${complaint}`);
    }
    const from = performance.now();
    const uploads = await inTurns(scenario, send);
    const wallMs = performance.now() - from;
    const faults = await faultsOf(stack, uploads, expected);
    const { logs, isolates } = stack.hosted!;
    return {
      scenario,
      uploads,
      statuses: countOf(uploads.flatMap(({ statuses }) => statuses)),
      handOvers: logs.filter((line) => line.includes('"event":"handed_over"')).length,
      wallMs,
      cpuHardMs: scaled.limits.cpuHardMs,
      isolates: isolates.map(snapshot),
      ...faults,
    };
  } finally {
    await stack.close();
  }
}

/** Keeps `atOnce` uploads in progress until all photos have been sent. */
async function inTurns(
  { uploads, atOnce }: Scenario,
  send: () => Promise<Upload>,
): Promise<Upload[]> {
  const results: Upload[] = [];
  let sent = 0;
  const sender = async (): Promise<void> => {
    while (sent < uploads) {
      const place = sent++;
      results[place] = await send();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  return results;
}

async function faultsOf(
  stack: Stack,
  uploads: Upload[],
  expected: Digests | undefined,
): Promise<Pick<ScenarioResult, "objects" | "faults">> {
  const faults: string[] = [];
  for (const { reply } of uploads) {
    if (reply) faults.push(...(await checkStored(reply, expected)).faults);
  }
  const paths = await stack.supabase.query<{ name: string }>(
    "select name from storage.objects where bucket_id = $1 and name not like '%/manifest.json'",
    [stack.env.STORAGE_BUCKET],
  );
  const base = `${stack.url}/storage/v1/object/public/${stack.env.STORAGE_BUCKET}`;
  for (const { name } of paths) {
    const response = await fetch(`${base}/${name}`);
    const file = new Uint8Array(await response.arrayBuffer());
    const fault = response.ok
      ? faultOfObject(file, name)
      : `is not served: HTTP ${response.status}`;
    if (fault) faults.push(`${name} ${fault}.`);
  }
  return { objects: paths.length, faults };
}

function countOf(statuses: number[]): Map<number, number> {
  const counts = Map.groupBy(statuses.toSorted((a, b) => a - b), (status) => status);
  return new Map([...counts].map(([status, all]) => [status, all.length]));
}

/** Copies the current figures: an isolate's own figures keep changing. */
function snapshot(isolate: IsolateStatistics): IsolateStatistics {
  const { id, bootedAt, bootMs, cpuMs, peakMemoryBytes, requests, retired, endedBecause } = isolate;
  return { id, bootedAt, bootMs, cpuMs, peakMemoryBytes, requests, retired, endedBecause };
}
