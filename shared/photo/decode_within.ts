import { isolateBusy } from "../isolate/isolate_busy.ts";
import type { CpuSlot } from "../isolate/cpu_slot.ts";
import { type DecodedPhoto, decodePhoto, stoppedPhoto } from "../image/decode/decode.ts";
import type { InputFormat } from "../image/image_format.ts";
import type { PhotoHeader } from "../image/decode/inspect_photo.ts";
import { WORKING_SIDE_PX } from "../image/plan.ts";
import { tryEngine } from "../image/engine/try_engine.ts";
import { fail, type Result } from "../lib/result.ts";
import { TRIAL_MS } from "./estimate_cpu.ts";
import { estimateStepsMs } from "./estimate_decode.ts";

/** Formats that are decoded in one step, which nothing stops: what they take has to be known before. */
const IN_ONE_STEP: ReadonlySet<InputFormat> = new Set(["heic", "avif", "webp", "gif"]);

/**
 * Decodes a photo within the CPU that its job may use. A photo that takes more than was estimated is stopped, before the
 * host kills the isolate and all jobs in it; and the pace at which it was decoded corrects the account.
 *
 * @param bytes The encoded file.
 * @param header Its header.
 * @param turn The job's turn.
 * @param signal Aborts when the caller has gone away.
 * @returns The photo, to be disposed of, or `invalid_image`, or, if it takes too much, `image_too_costly`; `isolate_busy`
 * where an isolate that has done nothing yet has more room.
 * @throws {AppError} `engine_failed`, if the engine crashes over it.
 * @throws what the signal was aborted with
 */
export async function decodeWithin(
  bytes: Uint8Array,
  header: PhotoHeader,
  turn: CpuSlot,
  signal?: AbortSignal,
): Promise<Result<DecodedPhoto>> {
  const { format } = header;
  // A photo that fits only just needs the pace of the machine, and what was measured at the start is a first guess.
  if (turn.isTight && (turn.isFirst || IN_ONE_STEP.has(format))) {
    await tryEngine(turn.step);
    turn.measured(TRIAL_MS);
    if (!turn.canFinish) return tooSlow(format, turn);
  }
  const decoded = await decodePhoto(bytes, header, WORKING_SIDE_PX, turn.step);
  if (!decoded.ok) {
    const isOneOfSeveral = decoded.error.code === "image_too_costly" && !turn.isFirst;
    return isOneOfSeveral ? fail(isolateBusy()) : decoded;
  }
  turn.measured(estimateStepsMs(header));
  try {
    await turn.yield(signal);
    if (turn.canFinish) return decoded;
  } catch (error) {
    decoded.value[Symbol.dispose]();
    throw error;
  }
  decoded.value[Symbol.dispose]();
  return tooSlow(format, turn);
}

/**
 * On a machine that is too slow for the photo: what does not fit beside other jobs may fit into an isolate of its own, and
 * as JPEG it costs least. A JPEG can only be tried again, on another machine or when this one has less to do.
 */
function tooSlow(format: InputFormat, { isFirst }: CpuSlot): Result<never> {
  return fail(isFirst && format !== "jpeg" ? stoppedPhoto(format) : isolateBusy());
}
