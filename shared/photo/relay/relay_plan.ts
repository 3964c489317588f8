import { CPU_SHARE, JOB_MS, RELAY_MS, TASK_MS, WARM_RATIO } from "../../isolate/cpu_costs.ts";
import type { JobCost } from "../../isolate/cpu_slot.ts";
import type { PhotoHeader } from "../../image/decode/inspect_photo.ts";
import { type CropMode, WORKING_SIDE_PX, workingSize } from "../../image/plan.ts";
import type { OutputFormat } from "../../image/image_format.ts";
import { estimateJob } from "../estimate_cpu.ts";
import { megapixels } from "../estimate_decode.ts";
import { exceedsMemory } from "../decode_memory.ts";
import { type PhotoParts, wholePart } from "./photo_parts.ts";

/** Bound on the isolates of a relay. Each hand-over sends the photo again, and the caller waits. */
export const MAX_ISOLATES = 8;

/** The settings that a relay's plan depends on. */
export interface RelayOptions {
  output: OutputFormat;
  crop: CropMode;
  /** CPU that an isolate may use, in milliseconds. */
  budgetMs: number;
  /** CPU of the presets, in milliseconds. @default 0 */
  extraMs?: number;
}

/** The distribution of a photo's CPU over isolates, as estimated. */
export interface RelayPlan {
  /** Number of fresh isolates that the photo takes, as estimated; `Infinity` if it cannot be finished. */
  isolates: number;
  /** CPU of keeping parts and handing the photo over, in milliseconds. */
  keepMs: number;
  /** Estimates the CPU of an isolate that begins with a part. */
  costFrom(next: number, isFirst: boolean): JobCost;
  /** Estimates the CPU after the last part. */
  finish(isFirst: boolean): JobCost;
}

/**
 * Plans the isolates of a photo that is too costly for one.
 *
 * @param header The photo's header, with its load.
 * @param parts Its parts.
 * @param options The settings.
 */
export function planRelay(
  header: PhotoHeader,
  parts: PhotoParts,
  { output, crop, budgetMs, extraMs }: RelayOptions,
): RelayPlan {
  const bytes = header.load?.bytes ?? 0;
  const channels = header.load?.alpha ? 4 : 3;
  const pixelMegabytes = megapixels(workingSize(header, WORKING_SIDE_PX)) * channels;
  const { receive, handOver } = TASK_MS;
  const receiveMs = receive.each + receive.perMegabyte * bytes / 1e6;
  const keptParts = parts.fillsMemory ? parts.count : 1;
  const keepMs = RELAY_MS.keep.each * keptParts +
    RELAY_MS.keep.perMegabyte * pixelMegabytes * keptParts / parts.count +
    handOver.each + handOver.perMegabyte * bytes / 1e6;
  const loadMs = RELAY_MS.load.each + RELAY_MS.load.perMegabyte * pixelMegabytes;
  const freshMs = budgetMs * CPU_SHARE.photo - JOB_MS.boot - receiveMs - RELAY_MS.list;

  const finish = (isFirst: boolean): JobCost => {
    const { finishMs } = estimateJob(header, output, isFirst, crop, extraMs);
    const ratio = isFirst ? 1 : WARM_RATIO.others;
    return { prepareMs: (loadMs + JOB_MS.jpegForRemover) * ratio, finishMs };
  };
  /** The last part, exclusively, that a fresh isolate decodes, and whether it finishes the photo. */
  const endFrom = (next: number): { end: number; isLast: boolean } => {
    const { prepareMs, finishMs } = finish(true);
    const allMs = parts.costMs({ from: next, to: parts.count });
    const isRoom = !parts.fillsMemory || next === parts.count;
    if (isRoom && JOB_MS.engine + allMs + prepareMs + finishMs <= freshMs) {
      return { end: parts.count, isLast: true };
    }
    let end = next;
    const partsMs = (to: number) => JOB_MS.engine + parts.costMs({ from: next, to }) + keepMs;
    while (end < parts.count && partsMs(end + 1) <= freshMs) end++;
    return { end, isLast: false };
  };
  return {
    isolates: countIsolates(endFrom),
    keepMs,
    finish,
    costFrom: (next, isFirst) => {
      const ratio = isFirst ? 1 : WARM_RATIO.others;
      const { end, isLast } = endFrom(next);
      const partsMs = parts.costMs({
        from: next,
        to: Math.max(end, Math.min(next + 1, parts.count)),
      });
      const decodeMs = (isFirst ? JOB_MS.engine : 0) + partsMs * ratio;
      const last = finish(isFirst);
      return isLast
        ? { prepareMs: decodeMs + last.prepareMs, finishMs: last.finishMs }
        : { prepareMs: decodeMs + keepMs * ratio, finishMs: 0, fillsMemory: parts.fillsMemory };
    },
  };
}

/** Checks whether isolates have the CPU to share a photo that is decoded as a whole. */
export function relayHasCpu(header: PhotoHeader, options: RelayOptions): boolean {
  return planRelay(header, wholePart(header, true), options).isolates !== Infinity;
}

/** Checks whether isolates can share a photo that is decoded as a whole. */
export function fitsRelay(header: PhotoHeader, options: RelayOptions): boolean {
  return !exceedsMemory(header) && relayHasCpu(header, options);
}

function countIsolates(endFrom: (next: number) => { end: number; isLast: boolean }): number {
  let next = 0;
  for (let isolates = 1; isolates <= MAX_ISOLATES; isolates++) {
    const { end, isLast } = endFrom(next);
    if (isLast) return isolates;
    // All parts may be decoded, and finishing is left; without progress the photo cannot be finished.
    if (end === next) return Infinity;
    next = end;
  }
  return Infinity;
}
