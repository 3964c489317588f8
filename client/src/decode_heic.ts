import type { HeicDecoder } from "./convert_options.ts";
import { displayP3Profile } from "./display_p3_profile.ts";
import { type HeicFacts, readHeicFacts } from "./heic_facts.ts";
import type { Picture } from "./render_photo.ts";

/** A HEIC's pixels and the profile of their colours. */
export interface DecodedHeic {
  picture: Picture;
  /** The ICC profile; `null` for sRGB. */
  profile: Uint8Array<ArrayBuffer> | null;
}

/** Code points of ITU-T H.273: primaries of sRGB or unspecified, primaries of Display P3, curves without HDR. */
const SRGB_PRIMARIES = new Set([1, 2, 5, 6]);
const P3_PRIMARIES = 12;
const SDR_CURVES = new Set([1, 2, 6, 13]);

/**
 * Decodes a HEIC with the caller's decoder, and reads the colour space from the file, as decoders return only the values.
 *
 * @param load Loads the decoder.
 * @throws {Error} If the decoder fails, returns an image of another size, or the colour space is not supported.
 * @throws {unknown} The signal's reason.
 */
export async function decodeHeic(
  photo: Blob,
  load: () => Promise<HeicDecoder>,
  signal: AbortSignal | undefined,
): Promise<DecodedHeic> {
  const facts = await readHeicFacts(photo);
  if (!facts) throw new Error("The HEIC's boxes are damaged.");
  const profile = profileOf(facts);
  const decoding = load().then((decoder) => decoder.heicTo({ blob: facts.file, type: "bitmap" }));
  const picture = await unlessAborted(decoding, signal);
  const { size } = facts;
  if (size && (picture.width !== size[0] || picture.height !== size[1])) {
    picture.close();
    throw new Error("The decoder returned an image of another size than the HEIC's.");
  }
  return { picture, profile };
}

function profileOf({ profile, codePoints }: HeicFacts): DecodedHeic["profile"] {
  if (profile) {
    const space = String.fromCharCode(...profile.subarray(16, 20));
    return space === "RGB " ? profile : null; // one for another kind of picture is ignored, as by the function
  }
  const { primaries, transfer } = codePoints ?? { primaries: 2, transfer: 2 };
  if (SDR_CURVES.has(transfer) && SRGB_PRIMARIES.has(primaries)) return null;
  if (SDR_CURVES.has(transfer) && primaries === P3_PRIMARIES) return displayP3Profile();
  throw new Error(`The HEIC has colours of HDR or of a rare kind (${primaries}/${transfer}).`);
}

/** Waits for the decoder, which cannot be stopped, until the signal is aborted. */
async function unlessAborted(
  decoding: Promise<Picture>,
  signal: AbortSignal | undefined,
): Promise<Picture> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => abort = () => reject(signal?.reason));
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  try {
    return await Promise.race([decoding, aborted]);
  } catch (error) {
    decoding.then((picture) => picture.close(), () => {}); // the result of an aborted decoding
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
