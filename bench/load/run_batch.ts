import type { HostedRuntimeOptions, IsolateStatistics } from "../../dev/hosted_runtime.ts";
import { type Stack, startStack } from "../../dev/stack.ts";
import { type BatchReply, batchReplySchema } from "../../shared/batch/batch_reply_schema.ts";
import { neverSeen } from "../send_photo.ts";
import { faultOfObject } from "./check_stored.ts";
import { QUALITY_CODES } from "../../shared/photo/warning.ts";

const QUALITY: ReadonlySet<string> = new Set(QUALITY_CODES);

/** Settings of a batch run. */
export interface BatchRun {
  /** Number of photos, 1 to 500. */
  items: number;
  /** The photo; each item is a copy of it as a different file. */
  photo: Uint8Array<ArrayBuffer>;
  /** API4.ai's latency, in milliseconds. @default 0 */
  latencyMs?: number;
  /** Options of the hosted runtime. */
  hosted?: Omit<HostedRuntimeOptions, "env" | "onLog">;
  /** Called with the counts as they change. */
  onProgress?: (counts: BatchReply["counts"]) => void;
}

/** The result of a batch run. */
export interface BatchResult {
  batch: BatchReply;
  /** Time from the call that created the batch to its end, in milliseconds. */
  wallMs: number;
  /** Number of calls of API4.ai. */
  calls: number;
  isolates: IsolateStatistics[];
  /** Number of objects in Storage at the end; `faults` describes errors of objects and counts. */
  objects: number;
  faults: string[];
}

/**
 * Runs a batch through the function in a simulated hosted runtime, and checks all objects in Storage after it.
 *
 * @throws Error if the batch cannot be created
 */
export async function runBatch(
  { items, photo, latencyMs, hosted, onProgress }: BatchRun,
): Promise<BatchResult> {
  const stack = await startStack({
    runtime: "hosted",
    hosted,
    latencyMs,
    keepImages: false,
    env: { CUTOUT_BUCKET: "none" }, // without a cache, as each copy of the same picture has to need the full work
  });
  try {
    const paths = [];
    for (let index = 0; index < items; index++) paths.push(await store(stack, index, photo));
    const from = performance.now();
    const batch = await toTheEnd(stack, await make(stack, paths), onProgress);
    const wallMs = performance.now() - from;
    const calls = stack.simulator!.requests.length;
    return {
      batch,
      wallMs,
      calls,
      isolates: [...stack.hosted!.isolates],
      ...await inspect(stack, batch),
    };
  } finally {
    await stack.close();
  }
}

async function store(stack: Stack, index: number, photo: Uint8Array): Promise<string> {
  const path = `batch/${index}.jpg`;
  const response = await fetch(`${stack.url}/storage/v1/object/car-originals/${path}`, {
    method: "POST",
    headers: { apikey: stack.secretKey, "content-type": "image/jpeg" },
    body: neverSeen(photo),
  });
  if (!response.ok) throw new Error(`A photo could not be stored: ${await response.text()}`);
  await response.body?.cancel();
  return path;
}

async function make({ functionUrl, secretKey }: Stack, paths: string[]): Promise<string> {
  const items = paths.map((path) => ({ storage_path: { bucket: "car-originals", path } }));
  const response = await fetch(`${functionUrl}/batch`, {
    method: "POST",
    headers: { apikey: secretKey, "content-type": "application/json" },
    body: JSON.stringify({ items }),
  });
  const reply = await response.json();
  if (response.status !== 202) {
    throw new Error(`The batch was not created: ${JSON.stringify(reply)}`);
  }
  return reply.batch_id;
}

/** Waits for the batch's end. Reads the database directly, as the isolates' CPU time is for the photos. */
async function toTheEnd(
  { supabase, functionUrl, secretKey }: Stack,
  batchId: string,
  onProgress?: BatchRun["onProgress"],
): Promise<BatchReply> {
  for (;;) {
    const [{ status }] = await supabase.query<
      { status: { counts: BatchReply["counts"]; batch: { finished_at: string | null } } }
    >("select public.batch_status($1::uuid) as status", [batchId]);
    onProgress?.(status.counts);
    if (status.batch.finished_at !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  for (;;) {
    const headers = { apikey: secretKey };
    const response = await fetch(`${functionUrl}/batch/${batchId}`, { headers });
    const text = await response.text();
    if (response.ok) return batchReplySchema.parse(JSON.parse(text));
    // The last isolate may be ending.
    if (![500, 503].includes(response.status)) throw new Error(text);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function inspect(
  { supabase, url, env }: Stack,
  batch: BatchReply,
): Promise<Pick<BatchResult, "objects" | "faults">> {
  const faults: string[] = [];
  const { total, ...states } = batch.counts;
  const sum = Object.values(states).reduce((all, count) => all + count);
  if (sum !== total) faults.push(`The counts add up to ${sum} of ${total}.`);
  for (const { position, storage_urls = {}, warnings = [] } of batch.items) {
    if (Object.keys(storage_urls).length !== 3) faults.push(`Item ${position} lacks variants.`);
    // Those of quality control say something about the photo, not about the batch.
    const [fault] = warnings.filter(({ code }) => !QUALITY.has(code));
    if (fault) faults.push(`Item ${position} has warnings: ${fault.code}.`);
  }
  const objects = await supabase.query<{ name: string }>(
    "select name from storage.objects where bucket_id = $1 and name like '%.webp'",
    [env.STORAGE_BUCKET],
  );
  const known = new Set(
    batch.items.flatMap(({ storage_urls = {} }) => Object.values(storage_urls)),
  );
  const base = `${url}/storage/v1/object/public/${env.STORAGE_BUCKET}`;
  for (const { name } of objects) {
    const response = await fetch(`${base}/${name}`);
    const file = new Uint8Array(await response.arrayBuffer());
    const fault = response.ok ? faultOfObject(file, name) : `is not served: ${response.status}`;
    if (fault) faults.push(`${name} ${fault}.`);
    if (!known.has(`${base}/${name}`)) faults.push(`${name} belongs to no photo.`);
  }
  return { objects: objects.length, faults };
}
