import { z } from "zod";

/** The file that stands in the place of a result, where the photo crashed the image engine twice. */
export const REFUSAL_NAME = "refused.json";

/** How long a photo that crashed the engine is refused without another try, in days. */
export const REFUSED_DAYS = 30;

const DAY_MS = 86_400_000;

/** The only format of the file that is read, and the one that is written. */
const VERSION = 1;

/** Made where a refusal is read, which most isolates never do. */
function refusalSchema() {
  return z.object({
    version: z.literal(VERSION),
    /** When the photo crashed the engine for the last time. */
    crashed_at: z.iso.datetime().transform((text) => new Date(text)),
  });
}

/**
 * Writes the file.
 *
 * @param crashedAt When the photo crashed the engine.
 */
export function refusalFile(crashedAt: Date): Uint8Array<ArrayBuffer> {
  const refusal = { version: VERSION, crashed_at: crashedAt };
  return new TextEncoder().encode(JSON.stringify(refusal));
}

/**
 * Tells whether a photo is still refused.
 *
 * @param file The file.
 * @param now The time.
 * @returns `false` for a file that is damaged, of another version, or too old.
 */
export function isInForce(file: Uint8Array, now: Date): boolean {
  try {
    const { crashed_at } = refusalSchema().parse(JSON.parse(new TextDecoder().decode(file)));
    return now.getTime() - crashed_at.getTime() < REFUSED_DAYS * DAY_MS;
  } catch {
    return false;
  }
}
