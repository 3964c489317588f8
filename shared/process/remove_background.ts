import type { Turn } from "../admission/turn.ts";
import { BackgroundError } from "../background/background_error.ts";
import { checkCutout } from "../background/check_cutout.ts";
import type { BackgroundRemover, Cutout } from "../background/cutout.ts";
import type { DecodedPhoto } from "../image/decode.ts";
import { log } from "../log.ts";
import type { RunNotes } from "./run_notes.ts";
import type { Warning } from "./warning.ts";

/** Quality of the JPEG that is sent: only its mask comes back, which finer steps do not improve. */
const UPLOAD_QUALITY = 85;

/**
 * Has a photo's background removed. One that can not be removed is a warning, not an error.
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
  remover: BackgroundRemover | undefined | null,
  warnings: Warning[],
  request: { signal?: AbortSignal; notes: RunNotes },
  turn: Turn,
): Promise<Cutout | undefined> {
  if (remover === null) return undefined;
  try {
    if (!remover) {
      const message = "Background removal is not configured: set API4AI_KEY.";
      throw new BackgroundError("background_removal_not_configured", message);
    }
    const { signal } = request;
    const known = remover.prepare ? await turn.away(() => remover.prepare!(), signal) : null;
    if (known) throw known;
    const jpeg = photo.toJpeg(UPLOAD_QUALITY);
    turn.prepared();
    request.notes.api4ai = "called";
    const { bytes, kind } = await turn.away(() => remover.remove(jpeg, signal), signal);
    return await checkCutout(bytes, photo.size, kind);
  } catch (error) {
    if (!(error instanceof BackgroundError)) throw error;
    const cause = error.cause === undefined ? undefined : String(error.cause).slice(0, 300);
    const { code } = error;
    if (code === "background_removal_paused") request.notes.api4ai = "none";
    log("warn", "background_kept", { code, cause });
    warnings.push({
      code,
      message: `${error.message} The photo was processed with its background.`,
    });
    return undefined;
  }
}
