import { readDecodeLoad } from "../../shared/image/decode/decode_load.ts";
import { inspectPhoto } from "../../shared/image/decode/inspect_photo.ts";
import { tryEngine } from "../../shared/image/engine/try_engine.ts";
import { estimateDecodeMs } from "../../shared/photo/estimate_decode.ts";
import { threadCpuMs } from "../helpers/thread_cpu.ts";
import { JOB_MS } from "../../shared/isolate/cpu_costs.ts";

/** Bound on the measured CPU, as a multiple of the estimate. */
export const MAX_OF_ESTIMATE = 1.3;

/** Bound on a refusal's CPU for each megabyte of the body, in milliseconds. */
const REFUSAL_MS_PER_MEGABYTE = 20;

/** CPU of a request beside decoding, in milliseconds: one small variant of a mutated image, or all variants of a mutated request. */
export const REQUEST_MS = { image: 60, request: 300 };

/** Further measurements of an input that seems to cost too much: other processes may have disturbed the first one. */
const TRIES = 6;

/** Inputs between two measurements of the reference job, since the machine's pace changes. */
const EVERY = 50;

/** An input's CPU and its bound, in milliseconds. */
export interface Cost {
  ms: number;
  boundMs: number;
}

/**
 * Measures what inputs cost, relative to a reference job in the same process: reading and scaling a small picture, whose
 * cost at the pace of the estimates is known ({@linkcode JOB_MS.trial}).
 */
export class CostMeter {
  #referenceMs = Infinity;
  #inputs = 0;

  /** The machine's pace as it is now: milliseconds that a millisecond of an estimate takes. */
  get pace(): number {
    return this.#referenceMs / JOB_MS.trial;
  }

  /** Measures the reference job: the quickest of several, which is the one that was least disturbed. */
  async calibrate(times = 5): Promise<void> {
    let quickest = Infinity;
    for (let i = 0; i < times; i++) {
      const from = threadCpuMs();
      await tryEngine(() => true);
      quickest = Math.min(quickest, threadCpuMs() - from);
    }
    this.#referenceMs = quickest;
  }

  /**
   * Measures a piece of work.
   *
   * @param work The work. It runs again if it seems to cost too much.
   * @param estimateMs Its estimated cost.
   * @returns The lowest measured cost, and its bound at the machine's pace.
   */
  async measure<T>(work: () => Promise<T>, estimateMs: number): Promise<Cost & { value: T }> {
    if (this.#inputs++ % EVERY === 0) await this.calibrate();
    let [ms, boundMs] = [Infinity, 0];
    for (let tries = 0;; tries++) {
      const from = threadCpuMs();
      const value = await work();
      ms = Math.min(ms, threadCpuMs() - from);
      boundMs = Math.max(boundMs, estimateMs * MAX_OF_ESTIMATE * this.pace);
      if (ms <= boundMs || tries === TRIES) return { ms, boundMs, value };
      await this.calibrate(); // as slow as the machine is now
    }
  }
}

/**
 * Estimates a request's CPU at the pace of the estimates.
 *
 * @param body The request's body.
 * @param requestMs CPU beside decoding: one of {@linkcode REQUEST_MS}.
 * @returns Milliseconds.
 */
export function estimateOf(body: Uint8Array, requestMs: number): number {
  const sizeMs = requestMs + REFUSAL_MS_PER_MEGABYTE * body.length / 1e6;
  const header = inspectPhoto(body, { maxPixels: 64e6 });
  if (!header.ok) return sizeMs;
  const load = readDecodeLoad(body, header.value);
  return sizeMs + estimateDecodeMs({ ...header.value, load });
}
