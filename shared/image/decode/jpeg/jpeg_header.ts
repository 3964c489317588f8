import type { Size } from "../../raster.ts";

/** Facts from a JPEG's markers, read before decoding. */
export interface JpegHeader extends Size {
  /** The second byte of the frame's marker, which identifies the coding process: 0xc0 baseline, 0xc2 progressive, ... */
  process: number;
  /** Bits per sample. */
  precision: number;
  /** Number of colour components. */
  components: number;
  /** Number of scans: 1, or one per pass over a progressive picture. */
  scans: number;
  /** Offset of the first scan's data; unset without a scan. */
  dataAt?: number;
  /** Memory for the whole picture's coefficients during decoding, in bytes; unset for a file with a single scan. */
  coefficientBytes?: number;
}

/** Bytes to look at one by one before a native search, which costs as much as a dozen of them to begin. */
const NEAR_BYTES = 16;

/** Size of a coefficient in libjpeg. */
const COEFFICIENT_BYTES = 2;

/** Marker of a hierarchical JPEG: the frame segment for the largest of its pictures. */
export const HIERARCHICAL = 0xde;

/** Marker of a JPEG-LS frame, which has the usual layout. */
export const JPEG_LS = 0xf7;

/** Checks for the marker of a frame, which holds the size; 0xc4 and 0xcc in the same range define code tables. */
const isFrame = (marker: number) =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xcc) ||
  marker === HIERARCHICAL || marker === JPEG_LS;

const SCAN = 0xda;
const END = 0xd9;

/** Frames whose scans refine the picture; each scan covers all of it. */
const PROGRESSIVE = new Set([0xc2, 0xc6, 0xca, 0xce]);

/**
 * Reads a JPEG's markers exactly as libjpeg does, so that both find the same frame: with a difference, another size
 * could bypass the check. Each byte is visited once; the data of a single-scan picture is not read.
 *
 * @param bytes The file; it begins with SOI.
 * @param maxScans Scans are counted up to one above this.
 * @returns The facts, or `null` if no frame precedes the first scan.
 */
export function readJpegHeader(bytes: Uint8Array, maxScans: number): JpegHeader | null {
  let frame: Frame | null = null;
  let scans = 0;
  let dataAt: number | undefined;
  for (let at = 2; scans <= maxScans;) {
    at = findMarker(bytes, at);
    while (bytes[at] === 0xff) at++; // 0xff before a marker is padding
    const marker = bytes[at];
    if (marker === undefined || marker === END) break;
    if (!hasLength(marker)) continue;
    if (at + 3 >= bytes.length) break;
    const length = u16(bytes, at + 1);
    if (length < 2) break;
    if (marker === SCAN) {
      if (frame === null) return null;
      scans++;
      dataAt ??= at + 1 + length;
      if (!PROGRESSIVE.has(frame.process) && bytes[at + 3] >= frame.components) break; // the picture is complete
    } else if (isFrame(marker) && frame === null) {
      if (at + 8 >= bytes.length) return null;
      const [height, width] = [u16(bytes, at + 4), u16(bytes, at + 6)];
      const components = bytes[at + 8];
      const samples = samplesPerPixel(bytes.subarray(at + 9, at + 9 + 3 * components));
      frame = { width, height, process: marker, precision: bytes[at + 3], components, samples };
    }
    at += 1 + length;
  }
  if (frame === null) return null;
  const { samples, ...found } = frame;
  const facts = { ...found, ...(dataAt && { dataAt }) };
  if (scans <= 1) return { ...facts, scans };
  const coefficientBytes = facts.width * facts.height * samples * COEFFICIENT_BYTES;
  return { ...facts, scans, coefficientBytes };
}

/** Returns the mean samples per pixel. A component takes three bytes; the second holds its sampling factors. */
function samplesPerPixel(components: Uint8Array): number {
  const areas: number[] = [];
  let [maxX, maxY] = [1, 1];
  for (let at = 1; at < components.length; at += 3) {
    const [x, y] = [components[at] >> 4, components[at] & 15];
    areas.push(x * y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  }
  return areas.reduce((sum, area) => sum + area, 0) / (maxX * maxY);
}

interface Frame
  extends Pick<JpegHeader, "width" | "height" | "process" | "precision" | "components"> {
  /** Mean number of samples per pixel. */
  samples: number;
}

/** Reads 16 bits of a JPEG, the higher byte first. */
export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

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
