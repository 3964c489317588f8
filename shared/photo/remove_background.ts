import { BackgroundError } from "../background/background_error.ts";
import type { CachedRemover, CutoutRequest } from "../background/cached_remover.ts";
import { checkCutout } from "../background/check_cutout.ts";
import type { Cutout } from "../background/cutout.ts";
import type { DecodedPhoto } from "../image/decode/decode.ts";
import type { Size } from "../image/raster.ts";
import type { CpuSlot } from "../isolate/cpu_slot.ts";
import { firstLine, log } from "../telemetry/log.ts";
import type { ProcessOptions } from "./options.ts";
import type { PhotoJob } from "./photo_job.ts";
import type { ProcessedPhoto } from "./processed_photo.ts";
import type { Warning } from "./warning.ts";

/** Quality of the JPEG that the remover gets: only its mask comes back, which finer steps do not improve. */
const UPLOAD_QUALITY = 85;

/** The outcome of a background removal. */
export interface RemovedBackground {
  /** Of the photo's working size; unset where the background is kept. */
  cutout?: Cutout;
  background: ProcessedPhoto["background"];
  /** The reason why a background is kept although the caller wanted it removed. */
  warning?: Warning;
}

/**
 * Removes a photo's background: by a cutout in the cache, or else by the provider. A background that cannot be removed
 * is a warning, not an error.
 *
 * @param job The photo's context.
 * @param slot The job's CPU slot: others compute while this job waits for the provider.
 * @param photo The decoded photo.
 * @param options The caller's options.
 * @param remover The provider; unset where none is configured.
 * @throws the signal's reason, if the caller has gone away
 */
export async function removeBackground(
  job: PhotoJob,
  slot: CpuSlot,
  photo: DecodedPhoto,
  { skip_background_removal: isKept }: ProcessOptions,
  remover?: CachedRemover,
): Promise<RemovedBackground> {
  if (isKept) return { background: KEPT };
  if (!remover) return { background: KEPT, warning: keptWarning(notConfigured()) };
  const jpeg = photo.toJpeg(UPLOAD_QUALITY);
  slot.prepared();
  using request = remover.request(jpeg);
  try {
    const cutout = await checkedCutout(request, remover.name, photo.size, slot, job.signal);
    const { provider } = remover;
    const cached = request.source === "cached";
    return { cutout, background: { removed: true, provider, cached } };
  } catch (error) {
    if (!(error instanceof BackgroundError)) throw error;
    const cause = error.cause === undefined ? undefined : firstLine(error.cause);
    log("warn", "background_kept", { code: error.code, cause });
    return { background: KEPT, warning: keptWarning(error) };
  } finally {
    job.facts.api4ai = request.source;
  }
}

const KEPT: ProcessedPhoto["background"] = { removed: false, provider: null, cached: false };

/** The error where no provider is configured. */
export function notConfigured(): BackgroundError {
  const message = "Background removal is not configured: set API4AI_KEY.";
  return new BackgroundError("background_removal_not_configured", message);
}

/** The warning about a background that is kept. */
export function keptWarning({ code, message }: BackgroundError): Warning {
  return { code, message: `${message} The photo was processed with its background.` };
}

/** A cached cutout may be damaged: the provider is asked again then. A fresh reply gets no second try. */
async function checkedCutout(
  request: CutoutRequest,
  name: string,
  size: Size,
  slot: CpuSlot,
  signal: AbortSignal,
): Promise<Cutout> {
  for (;;) {
    const { bytes, kind } = await slot.suspend(() => request.ask(signal), signal);
    try {
      const cutout = await checkCutout(bytes, size, kind, name);
      request.accept();
      return cutout;
    } catch (error) {
      if (!(error instanceof BackgroundError) || !request.reject()) throw error;
    }
  }
}
