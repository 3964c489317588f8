import { isolateBusy } from "../isolate/isolate_busy.ts";
import type { CpuSlot } from "../isolate/cpu_slot.ts";
import { decodePhoto } from "../image/decode/decode.ts";
import type { DecodedPhoto } from "../image/decode/decoded_photo.ts";
import { stoppedPhoto } from "../image/decode/stopped_photo.ts";
import type { InputFormat } from "../image/image_format.ts";
import type { PhotoHeader } from "../image/decode/inspect_photo.ts";
import { WORKING_SIDE_PX } from "../image/plan.ts";
import { isMagickUp } from "../image/engine/magick.ts";
import { tryEngine } from "../image/engine/try_engine.ts";
import { fail, type Result } from "../lib/result.ts";
import { estimateSecondTryMs, estimateStepsMs, isPlainJpeg } from "./estimate_decode.ts";
import { JOB_MS, STEPS_SHARE } from "../isolate/cpu_costs.ts";

/** Formats that are decoded in one step, which cannot be stopped. Their cost must be known in advance. */
const IN_ONE_STEP: ReadonlySet<InputFormat> = new Set(["heic", "avif", "webp", "gif"]);

/**
 * Decodes a photo within the CPU that its job may use. Decoding stops if it exceeds that, before the host kills the
 * isolate and all its jobs. The measured pace of decoding corrects the CPU account.
 *
 * @param bytes The encoded file.
 * @param header The file's header.
 * @param slot The job's CPU slot.
 * @param signal Aborts when the caller disconnects.
 * @returns The photo, which the caller of this function disposes of; or `invalid_image`; `image_too_costly` if it
 * takes too much CPU; `isolate_busy` if a fresh isolate has room for it.
 * @throws {AppError} `engine_failed`, if the photo crashes the engine.
 * @throws the signal's reason
 */
export async function decodeWithin(
  bytes: Uint8Array,
  header: PhotoHeader,
  slot: CpuSlot,
  signal?: AbortSignal,
): Promise<Result<DecodedPhoto>> {
  const { format } = header;
  // A photo that only just fits needs the machine's true pace; the measurement at startup is a first guess. A plain JPEG needs no
  // trial of ImageMagick, which does not decode it.
  const isPlain = isPlainJpeg(header);
  if (slot.isTight && !isPlain && (slot.isFirst || IN_ONE_STEP.has(format))) {
    await tryEngine(slot.step);
    slot.measured(JOB_MS.trial);
    // A decoder that can be stopped may begin if an ordinary photo fits.
    const mayBegin = IN_ONE_STEP.has(format) ? slot.canFinish : slot.mayGoOn;
    if (!mayBegin) return tooSlow(format, slot);
  }
  const decoded = await decodePhoto(
    bytes,
    header,
    WORKING_SIDE_PX,
    slot.step,
    false,
    () => slot.expect(estimateSecondTryMs(header, isMagickUp())),
  );
  if (!decoded.ok) {
    const isOneOfSeveral = decoded.error.code === "image_too_costly" && !slot.isFirst;
    return isOneOfSeveral ? fail(isolateBusy()) : decoded;
  }
  // A damaged JPEG was decoded twice, which shows nothing of the machine.
  if (decoded.value.isPlainJpeg === isPlain) {
    const share = STEPS_SHARE[isPlain ? "plainJpeg" : "others"];
    slot.measured(estimateStepsMs(header) * (slot.isFirst ? share.first : share.later));
  }
  try {
    await slot.yield(signal);
    if (slot.mayGoOn) return decoded;
  } catch (error) {
    decoded.value[Symbol.dispose]();
    throw error;
  }
  decoded.value[Symbol.dispose]();
  return tooSlow(format, slot);
}

/**
 * The error on a machine that is too slow for the photo. A photo that does not fit beside other jobs may fit into a
 * fresh isolate, and JPEG is the cheapest format. For a JPEG, only a retry can help: on another machine, or when
 * this one is less busy.
 */
function tooSlow(format: InputFormat, { isFirst }: CpuSlot): Result<never> {
  return fail(isFirst && format !== "jpeg" ? stoppedPhoto(format) : isolateBusy());
}
