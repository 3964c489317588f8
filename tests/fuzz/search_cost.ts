/**
 * Searches for images that cost more to decode than their estimate: hill climbing from the seed images, where each step
 * mutates one of the costliest inputs so far. Linux only.
 *
 * `deno task fuzz --search --runs 500 [--kind tiff] [--seed S]`
 *
 * @module
 */
import { decodePhoto } from "../../shared/image/decode/decode.ts";
import { readDecodeLoad } from "../../shared/image/decode/decode_load.ts";
import { inspectPhoto } from "../../shared/image/decode/inspect_photo.ts";
import { INPUT_FORMATS, type InputFormat } from "../../shared/image/image_format.ts";
import { WORKING_SIDE_PX } from "../../shared/image/plan.ts";
import { checkCpuBudget } from "../../shared/photo/check_cpu_budget.ts";
import { estimateDecodeMs } from "../../shared/photo/estimate_decode.ts";
import { seeded } from "../helpers/random.ts";
import { CostMeter, MAX_OF_ESTIMATE } from "./cost_meter.ts";
import { mutate } from "./mutate.ts";
import { seedImages } from "./seed_images.ts";

/** The number of costliest inputs that the search goes on from. */
const POOL = 8;

/** One step in so many starts from a seed image again, so that the search does not end at the first peak. */
const RESTART = 5;

/** CPU budget under which inputs count: what it refuses costs nothing. */
const BUDGET_MS = 2_000;

/** An input and its cost. */
export interface Found {
  /** Measured CPU over the estimate, at the machine's pace; above 1.3 the estimate is wrong. */
  ratio: number;
  /** CPU of decoding, in milliseconds. */
  ms: number;
  file: Uint8Array<ArrayBuffer>;
}

/** Width of the seed images, in pixels: large enough that decoding outweighs a decoder's start. */
const SEED_WIDTH = 1_024;

const seeds = await seedImages(SEED_WIDTH);

/**
 * Searches one format.
 *
 * @param format The seeds' format. A mutation may turn one into another format.
 * @param runs The number of mutations.
 * @param seed Decides the mutations.
 * @returns The costliest inputs, the worst first.
 */
export async function searchCost(
  format: InputFormat,
  runs: number,
  seed: number,
): Promise<Found[]> {
  const random = seeded(seed + 1);
  const meter = new CostMeter();
  const pool: Found[] = [];
  const consider = async (file: Uint8Array<ArrayBuffer>) => {
    const found = await costOf(file, meter);
    if (!found) return;
    pool.push(found);
    pool.sort((a, b) => b.ratio - a.ratio);
    pool.length = Math.min(pool.length, POOL);
  };
  for (const file of seeds[format]) await consider(new Uint8Array(file));
  for (let run = 0; run < runs; run++) {
    const files = seeds[format];
    const isRestart = pool.length === 0 || random(RESTART) === 0;
    const from = isRestart ? files[random(files.length)] : pool[random(pool.length)].file;
    const other = seeds[INPUT_FORMATS[random(INPUT_FORMATS.length)]][0];
    await consider(mutate(from, random, other));
  }
  return pool;
}

/** @returns `null` for a file that is refused from its header. */
async function costOf(file: Uint8Array<ArrayBuffer>, meter: CostMeter): Promise<Found | null> {
  const inspected = inspectPhoto(file, { maxPixels: 64e6 });
  if (!inspected.ok) return null;
  const header = { ...inspected.value, load: readDecodeLoad(file, inspected.value) };
  if (checkCpuBudget(header, "webp", BUDGET_MS, "auto")) return null;
  const { ms, boundMs } = await meter.measure(async () => {
    const decoded = await decodePhoto(file, header, WORKING_SIDE_PX).catch(() => null);
    if (decoded?.ok) decoded.value[Symbol.dispose]();
  }, estimateDecodeMs(header));
  return { ratio: ms / boundMs * MAX_OF_ESTIMATE, ms, file };
}
