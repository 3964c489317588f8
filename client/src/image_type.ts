/** A type of photo: what HTTP calls it, and its files' extension. */
export interface ImageType {
  contentType: string;
  extension: string;
}

/** How many bytes {@linkcode imageTypeOf} wants to see. */
export const HEAD_BYTES = 272;

/** What the first bytes look like as Latin-1 text, for each type that the function reads; \p{Cc} is a byte that is no letter. */
const TYPES: [RegExp, contentType: string, extension: string][] = [
  [/^\xff\xd8\xff/, "image/jpeg", "jpg"],
  [/^\x89PNG\r\n\p{Cc}\n/u, "image/png", "png"],
  [/^RIFF[^]{4}WEBP/, "image/webp", "webp"],
  // AVIF and HEIC share a container, whose brands tell which it is.
  [/^[^]{4}ftyp(?:[^]{8}(?:[^]{4})*?)?avi[fs]/, "image/avif", "avif"],
  [/^[^]{4}ftyp(?:[^]{8}(?:[^]{4})*?)?he(?:i[cxms]|v[cx])/, "image/heic", "heic"],
  [/^(?:II\*\p{Cc}|MM\p{Cc}\*)/u, "image/tiff", "tiff"],
  [/^GIF8[79]a/, "image/gif", "gif"],
  [/^BM[^]{12}[\p{Cc}(48@lx|]\p{Cc}/u, "image/bmp", "bmp"],
];

/** NUL, white space and the bytes of a byte order mark: the function passes over up to 16 of them before a photo. */
const PASSED = /^[\0\t\n\r \xef\xbb\xbf]/;
const MAX_PASSED_BYTES = 16;

/**
 * Tells a photo's type from its first bytes: names and `File.type` are often wrong or empty, for HEIC above all.
 *
 * @param head The first {@linkcode HEAD_BYTES}, or all if there are fewer.
 * @returns `null` for what the function does not read.
 */
export function imageTypeOf(head: Uint8Array): ImageType | null {
  const all = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  for (let at = 0; at <= MAX_PASSED_BYTES; at++) {
    const text = all.slice(at);
    const found = TYPES.find(([magic]) => magic.test(text));
    if (found) return { contentType: found[1], extension: found[2] };
    if (!PASSED.test(text)) return null;
  }
  return null;
}
