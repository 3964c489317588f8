/** An image type: its media type and file extension. */
export interface ImageType {
  contentType: string;
  extension: string;
}

/** Number of leading bytes that {@linkcode imageTypeOf} needs. */
export const HEAD_BYTES = 272;

/** Patterns of the first bytes, as Latin-1 text, of each type that the function accepts; \p{Cc} is a control character. */
const TYPES: [RegExp, contentType: string, extension: string][] = [
  [/^\xff\xd8\xff/, "image/jpeg", "jpg"],
  [/^\x89PNG\r\n\p{Cc}\n/u, "image/png", "png"],
  [/^RIFF[^]{4}WEBP/, "image/webp", "webp"],
  // AVIF and HEIC share a container; its brands distinguish them.
  [/^[^]{4}ftyp(?:[^]{8}(?:[^]{4})*?)?avi[fs]/, "image/avif", "avif"],
  [/^[^]{4}ftyp(?:[^]{8}(?:[^]{4})*?)?he(?:i[cxms]|v[cx])/, "image/heic", "heic"],
  [/^(?:II\*\p{Cc}|MM\p{Cc}\*)/u, "image/tiff", "tiff"],
  [/^GIF8[79]a/, "image/gif", "gif"],
  [/^BM[^]{12}[\p{Cc}(48@lx|]\p{Cc}/u, "image/bmp", "bmp"],
];

/** NUL, white space and the bytes of a byte order mark: the function skips up to 16 of them before a photo. */
const SKIPPED = /^[\0\t\n\r \xef\xbb\xbf]/;
const MAX_PASSED_BYTES = 16;

/**
 * Detects a photo's type from its first bytes: names and `File.type` are often wrong or empty, above all for HEIC.
 *
 * @param head The first {@linkcode HEAD_BYTES} bytes, or all if there are fewer.
 * @returns The type; `null` if the function does not accept it.
 */
export function imageTypeOf(head: Uint8Array): ImageType | null {
  const all = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  for (let at = 0; at <= MAX_PASSED_BYTES; at++) {
    const text = all.slice(at);
    const found = TYPES.find(([magic]) => magic.test(text));
    if (found) return { contentType: found[1], extension: found[2] };
    if (!SKIPPED.test(text)) return null;
  }
  return null;
}
