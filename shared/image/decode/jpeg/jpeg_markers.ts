/** Bytes to look at one by one before a native search, which costs as much as a dozen of them to begin. */
const NEAR_BYTES = 16;

/**
 * Finds the next marker of a JPEG: a byte 0xff, unless a 0x00 follows, which makes it data. It costs a look at each byte at most,
 * also where bytes of 0xff are dense.
 *
 * @param bytes The file.
 * @param at Offset of the first byte to look at.
 * @param end Offset at which the search ends, as if the file ended there. @default the file's end
 * @returns The offset of the marker's first byte, or `end`. Further bytes of 0xff before the marker's second byte are padding.
 */
export function findMarker(bytes: Uint8Array, at: number, end = bytes.length): number {
  while (at < end) {
    const near = Math.min(end, at + NEAR_BYTES);
    while (at < near && bytes[at] !== 0xff) at++;
    if (at === near) {
      const found = near < end ? bytes.indexOf(0xff, near) : -1;
      if (found < 0 || found >= end) return end;
      at = found;
    }
    if (bytes[at + 1] !== 0) return at;
    at += 2;
  }
  return end;
}

/** Checks whether a marker separates a scan's intervals: RST0 to RST7. */
export function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** Checks whether a marker begins a segment. All do but TEM, RST0 to RST7, SOI, and 0x00, which makes 0xff data. */
export function hasLength(marker: number): boolean {
  return marker > 0x01 && (marker < 0xd0 || marker > 0xd8);
}
