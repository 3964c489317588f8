// Proves that isolates share a photo part by part, that an interrupted or damaged relay continues, and that the result is
// that of one decoding: with a real Storage, and with clocks that count the engine's steps instead of time.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import type { ErrorCode } from "../../../shared/errors.ts";
import type { DecodedPhoto } from "../../../shared/image/decode/decoded_photo.ts";
import { readDecodeLoad } from "../../../shared/image/decode/decode_load.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import type { Raster } from "../../../shared/image/raster.ts";
import { TASK_MS } from "../../../shared/isolate/cpu_costs.ts";
import { Admission } from "../../../shared/isolate/admission.ts";
import type { Result } from "../../../shared/lib/result.ts";
import { PhotoJob } from "../../../shared/photo/photo_job.ts";
import { checkCpuBudget } from "../../../shared/photo/check_cpu_budget.ts";
import type { Photo } from "../../../shared/photo/photo.ts";
import type { ProcessDeps } from "../../../shared/photo/process_deps.ts";
import { findRelay } from "../../../shared/photo/relay/find_relay.ts";
import { KeptParts } from "../../../shared/photo/relay/kept_parts.ts";
import { photoParts } from "../../../shared/photo/relay/photo_parts.ts";
import { planRelay } from "../../../shared/photo/relay/relay_plan.ts";
import { Relay } from "../../../shared/photo/relay/relay.ts";
import { WorkingStore } from "../../../shared/storage/working_store.ts";
import { fixture } from "../../helpers/call.ts";

const BUDGET_MS = 2_000;
const BUCKET = "car-cutouts";

const supabase = await startLocalSupabase();
Deno.test.afterAll(() => supabase.close());
const client = createClient(supabase.url, supabase.secretKey, { auth: { persistSession: false } });
const store = new WorkingStore(client, BUCKET, 10_000);

const street = await fixture("street.heic"); // six rows of tiles
const inspected = inspectPhoto(street, { maxPixels: 1e8 });
assert.ok(inspected.ok);
const header = { ...inspected.value, load: readDecodeLoad(street, inspected.value) };
const parts = photoParts(street, header, true);
const plan = planRelay(header, parts, { output: "webp", crop: "auto", budgetMs: BUDGET_MS });

/** Lets a fresh isolate work on the photo, whose clock moves by `stepMs` whenever it is read. */
async function inIsolate(
  hash: string,
  stepMs: number,
): Promise<{ decoded: Result<DecodedPhoto>; hasProgressed: boolean }> {
  let at = 0;
  const now = () => at += stepMs;
  const admission = new Admission({ budgetMs: BUDGET_MS, usedMs: TASK_MS.start, now });
  const job = new PhotoJob("photo-1");
  const kept = await KeptParts.find(store, hash, parts.count, job.signal);
  const relay = new Relay(street, header, parts, plan, kept);
  using slot = await admission.enter((isFirst) => relay.cost(isFirst));
  const decoded = await relay.decode(job, slot!);
  return { decoded, hasProgressed: job.hasProgressed };
}

/** Reads a working image and frees it. */
function pixelsOf(decoded: Result<DecodedPhoto>): Raster {
  assert.ok(decoded.ok);
  using photo = decoded.value;
  return photo.read({ x: 0, y: 0, ...photo.size });
}

function codeOf(decoded: Result<DecodedPhoto>): ErrorCode | null {
  return decoded.ok ? null : decoded.error.code;
}

/** Step times of a machine that decodes the photo in one isolate, of one that needs two, and of one that cannot. */
const FAST_MS = 0.001;
const SLOW_MS = 1.5;
const FAR_TOO_SLOW_MS = 10;

const namesOf = (hash: string) => store.list(hash, AbortSignal.timeout(10_000));
const whole = pixelsOf((await inIsolate("0".repeat(64), FAST_MS)).decoded);

Deno.test("isolates decode a photo row by row, and the result is that of one isolate", async () => {
  const hash = "a".repeat(64);
  const ends: number[] = [];
  for (;;) {
    const { decoded, hasProgressed } = await inIsolate(hash, SLOW_MS);
    if (codeOf(decoded) !== "isolate_busy") {
      assert.deepEqual(pixelsOf(decoded), whole);
      break;
    }
    assert.ok(hasProgressed);
    ends.push(Math.max(...(await namesOf(hash)).map((name) => Number(name.split("-")[1]))));
    assert.ok(ends.length <= parts.count, "an isolate has done nothing");
  }
  assert.ok(ends.length >= 1 && ends[0] < parts.count, `${ends}`);
  assert.deepEqual(ends, [...new Set(ends)].toSorted((a, b) => a - b)); // each isolate went on
});

/** Keeps the first part of a photo, as an isolate that is then interrupted. */
async function begin(hash: string): Promise<string> {
  const { decoded } = await inIsolate(hash, SLOW_MS);
  assert.equal(codeOf(decoded), "isolate_busy");
  const [name] = await namesOf(hash);
  return name;
}

Deno.test("an interrupted photo continues from what is kept", async () => {
  const hash = "b".repeat(64);
  const name = await begin(hash);
  // The kept rows are black here, so that the result shows that they are used.
  const path = `working-v1/${hash}/${name}`;
  const bytes = await store.read(hash, name, AbortSignal.timeout(10_000));
  const headBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) + 4;
  const { error } = await client.storage.from(BUCKET)
    .upload(path, bytes.fill(0, headBytes), {
      upsert: true,
      contentType: "application/octet-stream",
    });
  assert.equal(error, null);
  const pixels = pixelsOf((await inIsolate(hash, FAST_MS)).decoded);
  // The picture is stored upside down: its first rows are the last ones.
  const last = pixels.data.slice(-4);
  assert.deepEqual([...last], [0, 0, 0, 255]);
  assert.deepEqual(pixels.data.slice(0, 1_000), whole.data.slice(0, 1_000));
});

const DAMAGED: [what: string, change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array][] = [
  ["is cut off", (bytes) => bytes.subarray(0, bytes.length - 1)],
  ["is empty", () => new Uint8Array()],
  ["has another width", (bytes) => replaced(bytes, '"width":2016', '"width":1008')],
];

/** Replaces a text of a part's head, and halves its rows' pixels. */
function replaced(bytes: Uint8Array<ArrayBuffer>, from: string, to: string): Uint8Array {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const head = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  const { rows: { width, height, channels } } = JSON.parse(head);
  const changed = new TextEncoder().encode(head.replace(from, to));
  assert.equal(changed.length, length);
  const pixels = bytes.subarray(4 + length);
  const rowBytes = width * height * channels;
  const file = [
    bytes.subarray(0, 4),
    changed,
    pixels.subarray(0, rowBytes / 2),
    pixels.subarray(rowBytes),
  ];
  return Uint8Array.from(file.flatMap((part) => [...part]));
}

for (const [index, [what, change]] of DAMAGED.entries()) {
  Deno.test(`a kept part that ${what} is removed, and decoded again`, async () => {
    const hash = `${index}c`.repeat(32);
    const name = await begin(hash);
    const bytes = await store.read(hash, name, AbortSignal.timeout(10_000));
    const { error } = await client.storage.from(BUCKET)
      .upload(`working-v1/${hash}/${name}`, change(bytes), {
        upsert: true,
        contentType: "application/octet-stream",
      });
    assert.equal(error, null);
    assert.equal(codeOf((await inIsolate(hash, FAST_MS)).decoded), "isolate_busy");
    assert.deepEqual(await namesOf(hash), []);
    assert.deepEqual(pixelsOf((await inIsolate(hash, FAST_MS)).decoded), whole);
  });
}

Deno.test("a row of tiles that a fresh isolate cannot decode refuses the photo", async () => {
  const hash = "d".repeat(64);
  const { decoded, hasProgressed } = await inIsolate(hash, FAR_TOO_SLOW_MS);
  assert.deepEqual([codeOf(decoded), hasProgressed], ["image_too_costly", false]);
  assert.deepEqual(await namesOf(hash), []);
});

const JPEGS: [megapixels: number, width: number, hasRelay: boolean][] = [
  [12, 4_032, false],
  [48, 8_064, false],
  [108, 12_000, true],
];
for (const [megapixels, width, hasRelay] of JPEGS) {
  Deno.test(`a JPEG of ${megapixels} megapixels that fits into one isolate ${hasRelay ? "may be shared on a slow machine" : "is not shared"}`, async () => {
    const photo = { bytes: new Uint8Array(9), options: { format: "webp", crop: "auto" } } as Photo;
    const load = { ...header.load, profile: false, bytes: 0.15e6 * megapixels };
    const large = { format: "jpeg", width, height: width * 3 / 4, load } as const;
    const budgetMs = 2_600;
    assert.equal(checkCpuBudget(large, "webp", budgetMs), null);
    const deps = { working: store, admission: new Admission({ budgetMs }), cpuBudgetMs: budgetMs };
    const job = new PhotoJob("photo-1");
    const found = await findRelay(job, photo, large, false, deps as unknown as ProcessDeps);
    assert.ok(found.ok);
    assert.equal(found.value !== null, hasRelay);
  });
}
