import { type MagickError, MagickErrorSeverity } from "@imagemagick/magick-wasm";

/**
 * The meaning of a decoder's warning: `harmless`, the picture is as it was; `damage`, parts of it are missing or wrong;
 * `doubtful`, either, as the file's data tells.
 */
export type Complaint = "harmless" | "doubtful" | "damage";

/** The warnings of libjpeg-turbo 3.2 (JWRN_* of its jerror.h), all of them, with what the decoder does about each. */
const LIBJPEG: readonly [message: RegExp, complaint: Complaint][] = [
  [/Unknown Adobe color transform code/, "harmless"], // takes YCbCr or YCCK, as such files have it
  [/unknown JFIF revision number/, "harmless"], // reads on
  [/Invalid SOS parameters for sequential JPEG/, "harmless"], // Samsung: reads all coefficients, whatever the scan says
  [/bad ICC marker/, "harmless"], // leaves the profile out
  [/Application transferred too many scanlines/, "harmless"], // has all rows already
  [/extraneous bytes before marker/, "doubtful"], // left over by a program, or by a fault that moved the picture
  [/Premature end of JPEG file/, "doubtful"], // the end marker is missing, and maybe more
  [/premature end of data segment/, "doubtful"], // goes on with grey: at the end, or in the middle
  [/Inconsistent progression sequence/, "doubtful"], // scans in another order, or one is missing
  [/found marker 0x[0-9a-f]+ instead of RST/, "damage"], // an interval is missing
  [/bad Huffman code/, "damage"],
  [/bad arithmetic code/, "damage"],
];

/** Warnings of libtiff about data that it made up or left out; its others are about tags. */
const LIBTIFF =
  /Premature EO[FL] at line|Line length mismatch|Bad code word|Discarding \d+ bytes|due to lack of data/;

/** Prevents a list without end where each interval of a large file is wrong; the most severe one counts anyway. */
const MAX_RELATED = 1_000;

/**
 * Judges a decoder's warning. One of corruption that is not known here counts as damage, any other as harmless: libpng and
 * libtiff warn of tags and chunks beside the picture, libwebp and libheif never.
 */
export function complaintOf(
  { message, severity }: Pick<MagickError, "message" | "severity">,
): Complaint {
  const known = LIBJPEG.find(([pattern]) => pattern.test(message));
  if (known) return known[1];
  const isDamage = severity === MagickErrorSeverity.CorruptImageWarning || LIBTIFF.test(message);
  return isDamage ? "damage" : "harmless";
}

/** The gravest of an exception's warnings: ImageMagick gives the first one with the others related to it. */
export function gravestOf(error: MagickError): Complaint {
  const complaints = new Set<Complaint>();
  const all = [error, ...error.relatedErrors.slice(0, MAX_RELATED)];
  for (const one of all) complaints.add(complaintOf(one));
  return complaints.has("damage") ? "damage" : complaints.has("doubtful") ? "doubtful" : "harmless";
}
