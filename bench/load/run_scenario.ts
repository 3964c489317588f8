import type { HostedRuntimeOptions, IsolateStatistics } from "../../dev/hosted_runtime.ts";
import { type Stack, startStack } from "../../dev/stack.ts";
import { fixturePath } from "../photos.ts";
import { neverSeen } from "../send_photo.ts";
import { checkStored, faultOfObject } from "./check_stored.ts";
import { referenceRun } from "./reference_run.ts";
import type { Scenario } from "./scenario.ts";
import { type Upload, upload } from "./upload.ts";

/** How a scenario is run, besides what it says itself. */
export interface RunOptions {
  /** The photo: a file of `fixtures/`. @default "street.jpg", of 12 megapixels */
  fixture?: string;
  /** Settings of the function. */
  env?: Record<string, string>;
  /** How the hosted runtime is started. */
  hosted?: Omit<HostedRuntimeOptions, "env" | "onLog">;
  /** Hears every line that the function prints. */
  onLog?: (line: string) => void;
}

/** What was seen. */
export interface ScenarioResult {
  scenario: Scenario;
  /** Every upload, in the order of their starts. */
  uploads: Upload[];
  /** How often each status was the answer to a try; 0: the connection broke. */
  statuses: Map<number, number>;
  /** Photos that an isolate handed over to another. */
  handOvers: number;
  /** From the first upload's start to the last one's end, in milliseconds. */
  wallMs: number;
  /** Every isolate, the warm-up's too. */
  isolates: IsolateStatistics[];
  /** Objects in Storage at the end, and what is wrong with them. */
  objects: number;
  faults: string[];
}

/**
 * Sends a scenario's photos, no two alike, to the function in a stand-in for the hosted runtime, and checks all that is in
 * Storage after it.
 *
 * @throws what the stack, the reference run and the warm-up throw
 */
export async function runScenario(
  scenario: Scenario,
  { fixture = "street.jpg", env, hosted, onLog }: RunOptions = {},
): Promise<ScenarioResult> {
  const photo = await Deno.readFile(fixturePath(fixture));
  const { latencyMs, warm } = scenario;
  const stack = await startStack({
    runtime: "hosted",
    hosted,
    env: { CUTOUT_BUCKET: "none", ...env }, // it is one picture: each is to wait for API4.ai all the same
    latencyMs,
    onLog,
    keepImages: false,
    tokenLifetimeSeconds: 6 * 3600,
  });
  try {
    const expected = await referenceRun(stack, photo);
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
      isolates: isolates.map(snapshot),
      ...faults,
    };
  } finally {
    await stack.close();
  }
}

/** Keeps `atOnce` uploads under way until all have been sent. */
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
  expected: Awaited<ReturnType<typeof referenceRun>>,
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

/** The figures as they are now: an isolate's own go on. */
function snapshot(isolate: IsolateStatistics): IsolateStatistics {
  const { id, bootedAt, bootMs, cpuMs, peakMemoryBytes, requests, retired, endedBecause } = isolate;
  return { id, bootedAt, bootMs, cpuMs, peakMemoryBytes, requests, retired, endedBecause };
}
