import type { Size } from "../../raster.ts";

/** The facts that a JPEG's markers state, before anything is decoded. */
export interface JpegHeader extends Size {
  /** The second byte of the frame's marker, which names the coding process: 0xc0 baseline, 0xc2 progressive, ... */
  process: number;
  /** Bits of a sample. */
  precision: number;
  /** Number of colour components. */
  components: number;
  /** How often the decoder goes over the picture: once, or as often as a progressive file refines it. */
  scans: number;
  /** Where the first scan begins; unset without one. */
  dataAt?: number;
  /** What a decoder holds of the whole picture while it refines it, in bytes; unset for a file in a single scan. */
  coefficientBytes?: number;
}

/** A coefficient as libjpeg holds it. */
const COEFFICIENT_BYTES = 2;

/** Markers without a length: TEM, RST0 to RST7, SOI. */
const STANDALONE = new Set([0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8]);

/** Begins a hierarchical JPEG: a frame's segment for the largest of its pictures. */
export const HIERARCHICAL = 0xde;

/** Begins the frame of a JPEG-LS, laid out as any other. */
export const JPEG_LS = 0xf7;

/** Markers of a frame, which hold its size; 0xc4 and 0xcc, among them, define code tables. */
const isFrame = (marker: number) =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xcc) ||
  marker === HIERARCHICAL || marker === JPEG_LS;

const SCAN = 0xda;
const END = 0xd9;

/** Frames whose scans refine the picture, each of them all over it. */
const PROGRESSIVE = new Set([0xc2, 0xc6, 0xca, 0xce]);

/**
 * Reads a JPEG's markers just as libjpeg does, so that both see the same frame: a size that only this finds would let
 * any other past the check. Each byte is looked at once; those of a picture in a single scan not at all.
 *
 * @param bytes The file; it begins with SOI.
 * @param maxScans No more scans than one above this are counted.
 * @returns What they tell, or `null` if no frame comes before the first scan.
 */
export function readJpegHeader(bytes: Uint8Array, maxScans: number): JpegHeader | null {
  let frame: Frame | null = null;
  let scans = 0;
  let dataAt: number | undefined;
  for (let at = 2; scans <= maxScans;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) break;
    const marker = bytes[++at]; // 0xff before a marker fills up, and 0x00 behind it makes it data
    if (marker === undefined || marker === END) break;
    if (marker === 0xff || marker === 0x00 || STANDALONE.has(marker)) continue;
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

/** How many samples a pixel has on average, all components together: three bytes tell of each, its sampling in the second. */
function samplesPerPixel(components: Uint8Array): number {
  const areas: number[] = [];
  let [mostX, mostY] = [1, 1];
  for (let at = 1; at < components.length; at += 3) {
    const [x, y] = [components[at] >> 4, components[at] & 15];
    areas.push(x * y);
    mostX = Math.max(mostX, x);
    mostY = Math.max(mostY, y);
  }
  return areas.reduce((sum, area) => sum + area, 0) / (mostX * mostY);
}

interface Frame
  extends Pick<JpegHeader, "width" | "height" | "process" | "precision" | "components"> {
  /** Samples of a pixel on average. */
  samples: number;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}
