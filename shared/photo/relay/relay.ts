import { decodePhoto } from "../../image/decode/decode.ts";
import type { DecodedPhoto } from "../../image/decode/decoded_photo.ts";
import { decodeRows } from "../../image/decode/heif/decode_rows.ts";
import type { TileRows } from "../../image/decode/heif/heif_rows.ts";
import type { PhotoHeader } from "../../image/decode/inspect_photo.ts";
import { fitTogether, joinParts } from "../../image/decode/join_parts.ts";
import { stoppedPhoto } from "../../image/decode/stopped_photo.ts";
import type { PixelRows } from "../../image/decode/pixel_rows.ts";
import { mergeParts, type WorkingPart } from "../../image/decode/working_part.ts";
import { WORKING_SIDE_PX } from "../../image/plan.ts";
import { isMagickUp } from "../../image/engine/magick.ts";
import { tryEngine } from "../../image/engine/try_engine.ts";
import { JOB_MS } from "../../isolate/cpu_costs.ts";
import { type CpuSlot, ESTIMATE_TOLERANCE, type JobCost } from "../../isolate/cpu_slot.ts";
import { isolateBusy } from "../../isolate/isolate_busy.ts";
import { freeBuffer } from "../../lib/free_buffer.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { log } from "../../telemetry/log.ts";
import type { PhotoJob } from "../photo_job.ts";
import type { KeptParts } from "./kept_parts.ts";
import type { PhotoParts } from "./photo_parts.ts";
import type { RelayPlan } from "./relay_plan.ts";

/** Part of the room that stays free when an isolate finishes a photo, as a factor: another isolate can finish it as well. */
const MARGIN = 1.15;

/**
 * A photo that one isolate cannot decode and render, and several can: each decodes as many parts as its CPU allows and keeps
 * them; the one that has the last part joins all of them and renders the photo.
 */
export class Relay {
  readonly #bytes: Uint8Array;
  readonly #header: PhotoHeader;
  readonly #parts: PhotoParts;
  readonly #plan: RelayPlan;
  readonly #kept: KeptParts;
  /** Whether the isolate has the CPU to decode any photo whose header promises this cost. */
  #hasRoomForAny = true;

  /** {@linkcode findRelay} makes relays. */
  constructor(
    bytes: Uint8Array,
    header: PhotoHeader,
    parts: PhotoParts,
    plan: RelayPlan,
    kept: KeptParts,
  ) {
    this.#bytes = bytes.subarray(header.startsAt ?? 0);
    this.#header = { ...header, startsAt: undefined };
    this.#parts = parts;
    this.#plan = plan;
    this.#kept = kept;
  }

  /** Estimates the CPU of what this isolate does for the photo; see `estimateJob()`. */
  cost(isFirst: boolean): JobCost {
    const cost = this.#plan.costFrom(this.#kept.next, isFirst);
    return isFirst || isMagickUp() ? cost : { ...cost, prepareMs: cost.prepareMs + JOB_MS.engine };
  }

  /**
   * Decodes parts while there is CPU for another one. After the last part it continues only if this isolate can also
   * finish the photo.
   *
   * @param job The photo's context.
   * @param slot The job's CPU slot.
   * @returns The working image, which the caller disposes of; `isolate_busy` after the decoded parts are kept, so that
   * another isolate goes on; `invalid_image`, `image_too_costly`, `storage_failed`, `storage_rejected`.
   * @throws {AppError} `engine_failed`, if the photo crashes the engine.
   * @throws the signal's reason
   */
  async decode(job: PhotoJob, slot: CpuSlot): Promise<Result<DecodedPhoto>> {
    const { count } = this.#parts;
    const done: WorkingPart[] = [];
    let next = this.#kept.next;
    if (!this.#parts.grid && next < count && !await this.#isFastEnough(slot)) {
      return fail(isolateBusy());
    }
    if (this.#parts.fillsMemory && next < count) return await this.#keepBands(next, job, slot);
    let carry: PixelRows | undefined;
    if (next > 0 && next < count) {
      const last = await slot.suspend(() => this.#kept.readLast(job.signal), job.signal);
      if (!last) return fail(isolateBusy());
      carry = last.carry;
    }
    const pace = new PartPace();
    while (next < count) {
      const part = { from: next, to: next + 1 };
      const costMs = this.#parts.costMs(part);
      const estimatedMs = costMs * slot.pace;
      const needMs = estimatedMs * pace.value + this.#plan.keepMs * slot.pace;
      if (done.length > 0 && needMs > slot.roomMs) break;
      // What follows the part is not reserved: it can go to another isolate.
      slot.revise({ prepareMs: costMs + this.#plan.keepMs, finishMs: 0 });
      const usedMs = slot.usedMs;
      const measure = () => {
        const ms = slot.usedMs - usedMs;
        pace.measured(ms, estimatedMs);
        slot.measuredPart(ms, costMs * USUAL_SHARE);
      };
      const decoded = this.#parts.grid
        ? await this.#decodeRows(part, carry, slot)
        : await this.#decodeWhole(slot, job.signal, () => {
          measure();
          return this.#canFinish(slot, pace);
        });
      if (!decoded.ok) {
        if (decoded.error.code !== "image_too_costly") return decoded;
        // It was stopped. If it does not fit into a fresh isolate, it fits nowhere.
        if (done.length > 0) break;
        return this.#stopped(decoded, slot);
      }
      if ("image" in decoded.value) return ok(decoded.value.image);
      await slot.yield(job.signal);
      measure();
      done.push(decoded.value.part);
      carry = decoded.value.part.carry;
      next = part.to;
    }
    if (next === count && this.#canFinish(slot, pace)) {
      return await this.#join(done, job, slot);
    }
    if (done.length === 0 && slot.isFirst) return fail(stoppedPhoto(this.#header.format));
    return await this.#keep(done, next, job, slot);
  }

  /**
   * Measures the machine's pace before a photo is decoded as a whole.
   *
   * @returns Whether the machine is fast enough for an ordinary photo of this size.
   */
  async #isFastEnough(slot: CpuSlot): Promise<boolean> {
    await tryEngine(slot.step);
    slot.measured(JOB_MS.trial);
    this.#hasRoomForAny = this.#wholeMs * ESTIMATE_TOLERANCE * slot.pace <= slot.roomMs;
    return (this.#wholeMs * USUAL_SHARE + this.#plan.keepMs) * slot.pace <= slot.roomMs;
  }

  /** Estimate of decoding all parts, in milliseconds. */
  get #wholeMs(): number {
    return this.#parts.costMs({ from: 0, to: this.#parts.count });
  }

  /**
   * The outcome of decoding that was stopped. A photo that costs more than its header promises is refused for good; on a slow or
   * busy machine an ordinary one looks the same, and may be decoded by another isolate.
   */
  #stopped<T>(decoded: Result<T>, { isFirst }: CpuSlot): Result<T> {
    return isFirst && this.#hasRoomForAny ? decoded : fail(isolateBusy());
  }

  /** Removes the parts that are kept. It does not throw: what stays is pruned later. */
  drop(): Promise<void> {
    return this.#kept.drop();
  }

  async #decodeRows(
    rows: TileRows,
    carry: PixelRows | undefined,
    slot: CpuSlot,
  ): Promise<Result<{ part: WorkingPart }>> {
    const grid = this.#parts.grid!;
    const decoded = await decodeRows(this.#bytes, grid, rows, carry, slot.step);
    if (!decoded.ok) return decoded;
    const { width, height, orientation } = grid;
    const originalSize = orientation < 5 ? { width, height } : { width: height, height: width };
    return ok({ part: { ...decoded.value, originalSize, orientation, endMissing: false } });
  }

  /** Decodes a photo of one part. If this isolate can finish it, the pixels stay in the engine. */
  async #decodeWhole(
    slot: CpuSlot,
    signal: AbortSignal,
    canFinish: () => boolean,
  ): Promise<Result<{ part: WorkingPart } | { image: DecodedPhoto }>> {
    const decoded = await decodePhoto(
      this.#bytes,
      this.#header,
      WORKING_SIDE_PX,
      slot.step,
      this.#parts.scaleFirst,
    );
    if (!decoded.ok) return decoded;
    const image = decoded.value;
    let isHandedOn = false;
    try {
      await slot.yield(signal);
      isHandedOn = canFinish();
      return ok(isHandedOn ? { image } : { part: partOf(image) });
    } finally {
      if (!isHandedOn) image[Symbol.dispose]();
    }
  }

  /** Decodes a photo that fills the memory, and keeps its working image, band by band. */
  async #keepBands(next: number, job: PhotoJob, slot: CpuSlot): Promise<Result<never>> {
    const { count, scaleFirst } = this.#parts;
    const header = this.#header;
    const decoded = await decodePhoto(this.#bytes, header, WORKING_SIDE_PX, slot.step, scaleFirst);
    if (!decoded.ok) {
      return decoded.error.code === "image_too_costly" ? this.#stopped(decoded, slot) : decoded;
    }
    using image = decoded.value;
    await slot.yield(job.signal);
    const edge = (band: number) => Math.round(image.size.height * band / count);
    for (let band = next; band < count; band++) {
      const part = partOf(image, edge(band), edge(band + 1));
      const kept = await slot.suspend(
        () => this.#kept.keep(part, { from: band, to: band + 1 }, job.signal),
        job.signal,
      );
      freeBuffer(part.rows.data);
      if (!kept.ok) return kept;
      job.hasProgressed = true;
    }
    return fail(isolateBusy());
  }

  /** Checks for the CPU to finish the photo here, at the pace of its parts, and reserves it. */
  #canFinish(slot: CpuSlot, { slowness }: PartPace): boolean {
    const left = this.#plan.finish(slot.isFirst);
    const isRoom = (left.prepareMs + left.finishMs) * slot.pace * slowness * MARGIN <= slot.roomMs;
    if (isRoom) slot.revise(left);
    return isRoom;
  }

  async #join(
    done: WorkingPart[],
    { signal }: PhotoJob,
    slot: CpuSlot,
  ): Promise<Result<DecodedPhoto>> {
    const kept = await slot.suspend(() => this.#kept.readAll(signal), signal);
    if (!kept) return fail(isolateBusy());
    const parts = [...kept, ...done];
    if (fitTogether(parts)) return ok(await joinParts(parts));
    log("warn", "working_image_damaged", { part: "all" });
    await this.#kept.drop();
    return fail(isolateBusy());
  }

  async #keep(
    done: WorkingPart[],
    next: number,
    job: PhotoJob,
    slot: CpuSlot,
  ): Promise<Result<never>> {
    if (done.length > 0) {
      const part = mergeParts(done);
      const range = { from: this.#kept.next, to: next };
      const kept = await slot.suspend(() => this.#kept.keep(part, range, job.signal), job.signal);
      if (!kept.ok) return kept;
      job.hasProgressed = true;
    }
    return fail(isolateBusy());
  }
}

/** Copies rows of a working image out of the engine. */
function partOf(image: DecodedPhoto, from = 0, to = image.size.height): WorkingPart {
  const { originalSize, damaged, endMissing, profileIgnored } = image;
  return {
    rows: image.readRows(from, to),
    originalSize,
    orientation: 1,
    damaged,
    endMissing,
    profileIgnored,
  };
}

/** Share of its estimate that a part of an ordinary photo takes: 0.45 to 0.62 of a bound of which the estimate is 0.8. */
const USUAL_SHARE = 0.6;

/** The time of a photo's parts relative to their estimates: the parts of a photo are alike. */
class PartPace {
  #ms = 0;
  #estimatedMs = 0;

  /** The ratio; 1 before the first part. */
  get value(): number {
    return this.#estimatedMs === 0 ? 1 : this.#ms / this.#estimatedMs;
  }

  /** The machine's time relative to the guess of its pace, at least 1; 1 before the first part, as nothing is known. */
  get slowness(): number {
    return this.#estimatedMs === 0 ? 1 : Math.max(1, this.value / USUAL_SHARE);
  }

  measured(ms: number, estimatedMs: number): void {
    this.#ms += ms;
    this.#estimatedMs += estimatedMs;
  }
}
