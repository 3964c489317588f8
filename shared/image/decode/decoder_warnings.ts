import { type MagickError, MagickErrorSeverity } from "@imagemagick/magick-wasm";

/**
 * The meaning of a decoder's warning: `harmless` (the picture is intact), `damage` (parts are missing or wrong), or
 * `doubtful` (the file's data decides).
 */
export type Complaint = "harmless" | "doubtful" | "damage";

/** All warnings of libjpeg-turbo 3.2 (JWRN_* of its jerror.h), with the decoder's reaction to each. */
const LIBJPEG: readonly [message: RegExp, complaint: Complaint][] = [
  [/Unknown Adobe color transform code/, "harmless"], // assumes YCbCr or YCCK, which such files use
  [/unknown JFIF revision number/, "harmless"], // reads on
  [/Invalid SOS parameters for sequential JPEG/, "harmless"], // Samsung: reads all coefficients, ignoring the scan's parameters
  [/bad ICC marker/, "harmless"], // drops the profile
  [/Application transferred too many scanlines/, "harmless"], // already has all rows
  [/extraneous bytes before marker/, "doubtful"], // leftovers of a program, or of a fault that moved the picture
  [/Premature end of JPEG file/, "doubtful"], // the end marker is missing, and maybe more
  [/premature end of data segment/, "doubtful"], // goes on with grey: at the end, or in the middle
  [/Inconsistent progression sequence/, "doubtful"], // scans in another order, or one is missing
  [/found marker 0x[0-9a-f]+ instead of RST/, "damage"], // an interval is missing
  [/bad Huffman code/, "damage"],
  [/bad arithmetic code/, "damage"],
];

/** Warnings of libtiff about data that it made up or dropped; its other warnings concern tags. */
const LIBTIFF =
  /Premature EO[FL] at line|Line length mismatch|Bad code word|Discarding \d+ bytes|due to lack of data/;

/** Bound on the list of warnings when each interval of a large file is wrong; only the most severe one counts. */
const MAX_RELATED = 1_000;

/**
 * Rates a decoder's warning. An unknown warning counts as damage if it reports corruption, otherwise as harmless:
 * libpng and libtiff warn about tags and chunks besides the picture, libwebp and libheif never warn.
 */
export function complaintOf(
  { message, severity }: Pick<MagickError, "message" | "severity">,
): Complaint {
  const known = LIBJPEG.find(([pattern]) => pattern.test(message));
  if (known) return known[1];
  const isDamage = severity === MagickErrorSeverity.CorruptImageWarning || LIBTIFF.test(message);
  return isDamage ? "damage" : "harmless";
}

/** Returns the gravest of an exception's warnings. ImageMagick throws the first and attaches the others as related. */
export function gravestOf(error: MagickError): Complaint {
  const complaints = new Set<Complaint>();
  const all = [error, ...error.relatedErrors.slice(0, MAX_RELATED)];
  for (const one of all) complaints.add(complaintOf(one));
  return complaints.has("damage") ? "damage" : complaints.has("doubtful") ? "doubtful" : "harmless";
}
