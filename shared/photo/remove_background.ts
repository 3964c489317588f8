import { BackgroundError } from "../background/background_error.ts";
import type { CachedRemover, CutoutRequest } from "../background/cached_remover.ts";
import { checkCutout } from "../background/check_cutout.ts";
import type { Cutout } from "../background/cutout.ts";
import { isOwnCutout, OWN_ALPHA } from "../background/own_alpha.ts";
import { platesOf } from "../background/plates_chunk.ts";
import type { DecodedPhoto } from "../image/decode/decoded_photo.ts";
import type { OwnCutout } from "../image/edit/crop_subject.ts";
import { mapRect } from "../image/map_rect.ts";
import { type Rect, rectOf, type Size } from "../image/raster.ts";
import type { CpuSlot } from "../isolate/cpu_slot.ts";
import { firstLine, log } from "../telemetry/log.ts";
import type { ProcessOptions } from "./options.ts";
import type { PhotoJob } from "./photo_job.ts";
import type { ProcessedPhoto } from "./processed_photo.ts";
import type { Warning } from "./warning.ts";

/** Quality of the JPEG for the remover. A higher quality does not improve the mask. */
const UPLOAD_QUALITY = 85;

/** The outcome of a background removal. */
export interface RemovedBackground {
  /** The cutout, in the photo's working size; unset if the background is kept. */
  cutout?: Cutout | OwnCutout;
  background: ProcessedPhoto["background"];
  /** Whether the photo came as a cutout, by its own alpha. */
  isOwnCutout: boolean;
  /** The licence plates, in the working image's pixels. Only a reply for hidden plates has some. */
  plates: Rect[];
  /** The reason why a background is kept although the caller wanted it removed. */
  warning?: Warning;
}

/**
 * Removes a photo's background: with its own alpha, if that is a cutout and the options trust it; or else with a cached
 * cutout; or else with the provider. A failed removal is a warning, not an error.
 *
 * @param job The photo's context.
 * @param slot The job's CPU slot, which is released while the job waits for the provider.
 * @param photo The decoded photo.
 * @param options The caller's options.
 * @param remover The provider; unset if none is configured.
 * @throws the signal's reason, if the caller has disconnected
 */
export async function removeBackground(
  job: PhotoJob,
  slot: CpuSlot,
  photo: DecodedPhoto,
  { skip_background_removal: isKept, trust_alpha: isTrusted }: ProcessOptions,
  remover?: CachedRemover,
): Promise<RemovedBackground> {
  const mask = photo.hasAlpha ? photo.readAlpha() : undefined;
  const own = { isOwnCutout: mask !== undefined && isOwnCutout(mask), plates: [] };
  if (isKept) return { background: KEPT, ...own };
  if (mask && own.isOwnCutout && isTrusted) {
    job.facts.api4ai = OWN_ALPHA;
    const background = { removed: true, provider: OWN_ALPHA, cached: false };
    return { cutout: { kind: "own", mask }, background, ...own };
  }
  if (!remover) return { background: KEPT, warning: keptWarning(notConfigured()), ...own };
  const jpeg = photo.toJpeg(UPLOAD_QUALITY);
  slot.prepared();
  using request = remover.request(jpeg);
  try {
    const { cutout, plates } = await checkedCutout(
      request,
      remover.name,
      photo.size,
      slot,
      job.signal,
    );
    const { provider } = remover;
    const cached = request.source === "cached";
    return { cutout, background: { removed: true, provider, cached }, ...own, plates };
  } catch (error) {
    if (!(error instanceof BackgroundError)) throw error;
    const cause = error.cause === undefined ? undefined : firstLine(error.cause);
    log("warn", "background_kept", { code: error.code, cause });
    return { background: KEPT, warning: keptWarning(error), ...own };
  } finally {
    job.facts.api4ai = request.source;
    job.facts.cutoutPath = request.path;
  }
}

const KEPT: ProcessedPhoto["background"] = { removed: false, provider: null, cached: false };

/** The error if no provider is configured. */
export function notConfigured(): BackgroundError {
  const message = "Background removal is not configured: set API4AI_KEY.";
  return new BackgroundError("background_removal_not_configured", message);
}

/** The warning about a kept background. */
export function keptWarning({ code, message }: BackgroundError): Warning {
  return { code, message: `${message} The photo was processed with its background.` };
}

/**
 * Gets a cutout and checks it. A damaged cutout from the cache is requested from the provider again; a fresh
 * reply gets no second try.
 */
async function checkedCutout(
  request: CutoutRequest,
  name: string,
  size: Size,
  slot: CpuSlot,
  signal: AbortSignal,
): Promise<{ cutout: Cutout; plates: Rect[] }> {
  for (;;) {
    const { bytes, kind } = await slot.suspend(() => request.ask(signal), signal);
    try {
      const cutout = await checkCutout(bytes, size, kind, name);
      request.accept();
      const whole = { x: 0, y: 0, width: 1, height: 1 };
      const plates = platesOf(bytes).map((box) => mapRect(box, whole, rectOf(size)));
      return { cutout, plates };
    } catch (error) {
      if (!(error instanceof BackgroundError) || !request.reject()) throw error;
    }
  }
}
