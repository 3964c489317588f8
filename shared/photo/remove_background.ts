import type { CpuSlot } from "../isolate/cpu_slot.ts";
import { BackgroundError } from "../background/background_error.ts";
import type { CachedRemover } from "../background/cached_remover.ts";
import { checkCutout } from "../background/check_cutout.ts";
import type { Cutout } from "../background/cutout.ts";
import type { Inquiry } from "../background/inquiry.ts";
import type { DecodedPhoto } from "../image/decode/decode.ts";
import type { Size } from "../image/raster.ts";
import { log } from "../telemetry/log.ts";
import type { RunFacts } from "./run_notes.ts";
import type { Warning } from "./warning.ts";

/** Quality of the JPEG that is sent: only its mask comes back, which finer steps do not improve. */
const UPLOAD_QUALITY = 85;

/**
 * Has a photo's background removed: by what is kept of an earlier answer, or else by the remover. One that can not be
 * removed is a warning, not an error.
 *
 * @param photo The decoded photo.
 * @param remover Who does it: `undefined` where nobody is configured, `null` where it is not wanted.
 * @param warnings Where it is told what went wrong.
 * @param request What aborts it, and where it is noted whether the remover was asked.
 * @param turn The job's turn: others compute while the remover is waited for.
 * @returns The cutout, of the photo's working size, or `undefined`.
 */
export async function removeBackground(
  photo: DecodedPhoto,
  remover: CachedRemover | undefined | null,
  warnings: Warning[],
  request: { signal?: AbortSignal; notes: RunFacts },
  turn: CpuSlot,
): Promise<Cutout | undefined> {
  if (remover === null) return undefined;
  try {
    if (!remover) throw notConfigured();
    const jpeg = photo.toJpeg(UPLOAD_QUALITY);
    turn.prepared();
    using inquiry = remover.inquire(jpeg);
    return await cutOut(inquiry, photo.size, turn, request.signal)
      .finally(() => request.notes.api4ai = inquiry.source);
  } catch (error) {
    if (!(error instanceof BackgroundError)) throw error;
    const cause = error.cause === undefined ? undefined : String(error.cause).slice(0, 300);
    const { code } = error;
    log("warn", "background_kept", { code, cause });
    warnings.push(keptWarning(error));
    return undefined;
  }
}

/** Why a background is kept where nobody is configured who could remove it. */
export function notConfigured(): BackgroundError {
  const message = "Background removal is not configured: set API4AI_KEY.";
  return new BackgroundError("background_removal_not_configured", message);
}

/** What the caller is told of a background that was kept. */
export function keptWarning({ code, message }: BackgroundError): Warning {
  return { code, message: `${message} The photo was processed with its background.` };
}

/** What is kept may be damaged: it is then asked for anew. What was answered just now is not. */
async function cutOut(
  inquiry: Inquiry,
  size: Size,
  turn: CpuSlot,
  signal?: AbortSignal,
): Promise<Cutout> {
  for (;;) {
    const { bytes, kind } = await turn.suspend(() => inquiry.ask(signal), signal);
    try {
      const cutout = await checkCutout(bytes, size, kind);
      inquiry.accept();
      return cutout;
    } catch (error) {
      if (!(error instanceof BackgroundError) || !inquiry.reject()) throw error;
    }
  }
}
