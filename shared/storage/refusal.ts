import { z } from "zod";

/** Name of the file that replaces a result if the photo crashed the image engine twice. */
export const REFUSAL_NAME = "refused.json";

/** Time for which a photo that crashed the engine is refused, in days. */
export const REFUSED_DAYS = 30;

const DAY_MS = 86_400_000;

/** The version that the function writes, and the only one that it reads. */
const VERSION = 1;

/** Creates the schema when a refusal is read: most isolates never need it. */
function refusalSchema() {
  return z.object({
    version: z.literal(VERSION),
    /** Time of the photo's last crash. */
    crashed_at: z.iso.datetime().transform((text) => new Date(text)),
  });
}

/**
 * Encodes a refusal.
 *
 * @param crashedAt The time of the crash.
 */
export function refusalFile(crashedAt: Date): Uint8Array<ArrayBuffer> {
  const refusal = { version: VERSION, crashed_at: crashedAt };
  return new TextEncoder().encode(JSON.stringify(refusal));
}

/**
 * Checks whether a photo is still refused.
 *
 * @param file The refusal's file.
 * @param now The current time.
 * @returns `false` also for a file that is damaged, of another version, or too old.
 */
export function isInForce(file: Uint8Array, now: Date): boolean {
  try {
    const { crashed_at } = refusalSchema().parse(JSON.parse(new TextDecoder().decode(file)));
    return now.getTime() - crashed_at.getTime() < REFUSED_DAYS * DAY_MS;
  } catch {
    return false;
  }
}
