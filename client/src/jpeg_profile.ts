/** Maximum number of a profile's bytes in one segment of a JPEG. */
const SEGMENT_BYTES = 65_519;
/** Start of a segment with a part of an ICC profile. */
const ICC_NAME = "ICC_PROFILE\0";

/**
 * Replaces a JPEG's ICC profile. The pixels stay as they are.
 *
 * @param jpeg A JPEG that a browser has written.
 */
export async function withJpegProfile(
  jpeg: Blob,
  profile: Uint8Array<ArrayBuffer>,
): Promise<Blob> {
  const bytes = new Uint8Array(await jpeg.arrayBuffer());
  const before: Uint8Array<ArrayBuffer>[] = [bytes.subarray(0, 2)];
  let at = 2;
  // Application segments come first; JFIF has to be the first of them, and Chromium writes an sRGB profile.
  while (bytes[at] === 0xff && (bytes[at + 1] & 0xf0) === 0xe0) {
    const end = at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    const segment = bytes.subarray(at, end);
    if (!isProfile(segment)) before.push(segment);
    at = end;
  }
  return new Blob([...before, ...segmentsOf(profile), bytes.subarray(at)], { type: jpeg.type });
}

function isProfile(segment: Uint8Array): boolean {
  const name = String.fromCharCode(...segment.subarray(4, 4 + ICC_NAME.length));
  return segment[1] === 0xe2 && name === ICC_NAME;
}

function segmentsOf(profile: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const count = Math.ceil(profile.length / SEGMENT_BYTES);
  const name = Array.from(ICC_NAME, (letter) => letter.charCodeAt(0));
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const part = profile.subarray(index * SEGMENT_BYTES, (index + 1) * SEGMENT_BYTES);
    const length = 2 + name.length + 2 + part.length;
    const head = [0xff, 0xe2, length >> 8, length & 255, ...name, index + 1, count];
    return [Uint8Array.from(head), part];
  });
}
