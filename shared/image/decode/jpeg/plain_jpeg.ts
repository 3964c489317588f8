import type { Density } from "../../encode/jpeg/jpeg_head.ts";
import type { MatrixProfile } from "../color/matrix_profile.ts";
import type { Size } from "../../raster.ts";
import { ApplicationFacts } from "./application_facts.ts";
import { JpegCodes, MAX_CODE_BITS } from "./jpeg_codes.ts";
import { hasLength, u16 } from "./jpeg_header.ts";

/** A component of a plain JPEG. */
export interface PlainComponent {
  /** Its blocks in a unit, across and down: 2 or 1 for brightness, 1 for a colour. */
  across: number;
  down: number;
  /** The quantisation table: 64 divisors in zigzag order, 0 to 255. */
  divisors: Int32Array;
  /** The Huffman tables of the DC and of the AC coefficients. */
  dc: JpegCodes;
  ac: JpegCodes;
}

/** The facts from the header of a plain JPEG, see {@linkcode readPlainJpeg}. */
export interface PlainJpeg extends Size {
  /** Brightness, blue and red. */
  components: PlainComponent[];
  /** Number of units between two restarts, 0 for none. */
  interval: number;
  /** Offset of the scan's data. */
  dataAt: number;
  /** EXIF's orientation, 1 to 8; 1 if the file states none. */
  orientation: number;
  /** The density that ImageMagick reads; 0 if the file states none. */
  density: Density;
  /** The profile of colours that are not sRGB. */
  profile?: MatrixProfile;
}

/** The second bytes of markers. */
const BASELINE = 0xc0;
const EXTENDED = 0xc1;
const CODES = 0xc4;
const SCAN = 0xda;
const DIVISORS = 0xdb;
const INTERVAL = 0xdd;

/** Blocks of brightness in a unit, across and down, to one of each colour: 4:4:4, 4:2:2 and 4:2:0. */
const SAMPLINGS = new Set([0x11, 0x21, 0x22]);

/** Most segments of a header: depth maps and sound in XMP take some hundred. */
const MAX_SEGMENTS = 1_000;

/** Most tables of a header: a file has two to six. */
const MAX_TABLES = 32;

/** Number of a block's coefficients. */
const COEFFICIENTS = 64;

/** Largest symbol of the DC codes: a difference of 11 bits. */
const MAX_DC_BITS = 11;

/**
 * Reads the header of a plain JPEG: what phones and nearly all programs write.
 *
 * It is baseline or extended, with Huffman codes, in one scan. It has three components, with the colours in full size, or in half the
 * size across or in both directions. Its colours are sRGB, or have a profile of three curves and a matrix. Nothing in its header is
 * unusual. The pixel loops decode such a file (`read_jpeg_rows.ts`), ImageMagick all others.
 *
 * @param file The file; it begins with SOI.
 * @returns The facts, or `null` for any other JPEG.
 */
export function readPlainJpeg(file: Uint8Array): PlainJpeg | null {
  return new PlainJpegReader(file).read();
}

/** A component of the frame. */
interface FrameComponent {
  id: number;
  sampling: number;
  table: number;
}

/** Passes over a header once. Tables are only built for the components: a header may have many more. */
class PlainJpegReader {
  readonly #file: Uint8Array;
  readonly #facts = new ApplicationFacts();
  /** The last table of each number, as the file has it. */
  readonly #divisors = new Map<number, Uint8Array>();
  readonly #codes = new Map<number, Uint8Array>();
  #tables = 0;
  #size: Size | undefined;
  #frame: FrameComponent[] = [];
  #interval = 0;

  constructor(file: Uint8Array) {
    this.#file = file;
  }

  read(): PlainJpeg | null {
    const file = this.#file;
    let segments = 0;
    for (let at = 2; at + 4 <= file.length && segments < MAX_SEGMENTS; segments++) {
      const marker = file[at + 1];
      const next = at + 2 + u16(file, at + 2);
      // Padding and bytes between the segments are unusual.
      if (file[at] !== 0xff || !hasLength(marker) || next < at + 4 || next > file.length) {
        return null;
      }
      const data = file.subarray(at + 4, next);
      if (marker === SCAN) return this.#end(data, next);
      if (!this.#readSegment(marker, data)) return null;
      at = next;
    }
    return null;
  }

  /** Reads a segment. Returns false if the file is not plain. */
  #readSegment(marker: number, data: Uint8Array): boolean {
    if (marker === BASELINE || marker === EXTENDED) return this.#readFrame(data);
    if (marker === DIVISORS) return this.#findDivisors(data);
    if (marker === CODES) return this.#findCodes(data);
    if (marker === INTERVAL) {
      this.#interval = u16(data, 0);
      return data.length === 2;
    }
    return this.#facts.read(marker, data);
  }

  #readFrame(data: Uint8Array): boolean {
    if (this.#size || data.length !== 15 || data[0] !== 8 || data[5] !== 3) return false;
    this.#size = { width: u16(data, 3), height: u16(data, 1) };
    this.#frame = [6, 9, 12].map((at) => {
      const [id, sampling, table] = data.subarray(at);
      return { id, sampling, table };
    });
    const [brightness, ...colors] = this.#frame;
    return SAMPLINGS.has(brightness.sampling) && colors.every(({ sampling }) => sampling === 0x11);
  }

  /** Finds tables of 8-bit divisors; others are unusual. */
  #findDivisors(data: Uint8Array): boolean {
    const bytes = 1 + COEFFICIENTS;
    for (let at = 0; at < data.length; at += bytes) {
      if (data[at] > 3 || at + bytes > data.length || ++this.#tables > MAX_TABLES) return false;
      this.#divisors.set(data[at], data.subarray(at + 1, at + bytes));
    }
    return true;
  }

  #findCodes(data: Uint8Array): boolean {
    for (let at = 0; at < data.length;) {
      const selector = data[at];
      const counts = data.subarray(at + 1, at + 1 + MAX_CODE_BITS);
      const end = at + 1 + MAX_CODE_BITS + counts.reduce((sum, count) => sum + count, 0);
      const isTable = selector >> 4 <= 1 && (selector & 15) <= 3 && end <= data.length;
      if (!isTable || ++this.#tables > MAX_TABLES) return false;
      this.#codes.set(selector, data.subarray(at + 1, end));
      at = end;
    }
    return true;
  }

  /** Reads the scan's header, and builds the tables that its components use. */
  #end(data: Uint8Array, dataAt: number): PlainJpeg | null {
    if (!this.#size || data.length !== 10 || data[0] !== 3) return null;
    // libjpeg guesses what the components mean by these facts.
    const isKnown = this.#facts.nameComponents || this.#frame.every(({ id }, i) => id === i + 1);
    if (!isKnown || new Set(this.#frame.map(({ id }) => id)).size < 3) return null;
    if (data[7] !== 0 || data[8] !== 63 || data[9] !== 0 || this.#facts.areDoubtful) return null;
    const components: PlainComponent[] = [];
    for (const [i, { id, sampling, table }] of this.#frame.entries()) {
      const [scanId, selectors] = data.subarray(1 + 2 * i);
      const divisors = this.#divisors.get(table);
      const dc = this.#codesOf(selectors >> 4);
      const ac = this.#codesOf(0x10 | (selectors & 15));
      if (scanId !== id || !divisors || !dc || !ac) return null;
      const blocks = { across: sampling >> 4, down: sampling & 15 };
      components.push({ ...blocks, divisors: Int32Array.from(divisors), dc, ac });
    }
    const { orientation, density, profile } = this.#facts;
    return {
      ...this.#size,
      ...{ components, interval: this.#interval, dataAt, orientation, density },
      ...(profile && { profile }),
    };
  }

  /** Builds a Huffman table. @param selector Its number; 16 more for AC codes. */
  #codesOf(selector: number): JpegCodes | null {
    const table = this.#codes.get(selector);
    if (!table) return null;
    const counts = table.subarray(0, MAX_CODE_BITS);
    const symbols = table.subarray(MAX_CODE_BITS);
    const isInRange = selector > 15 || symbols.every((symbol) => symbol <= MAX_DC_BITS);
    return isInRange && isSound(counts, symbols) ? new JpegCodes(counts, symbols) : null;
  }
}

/** Checks a Huffman table as libjpeg does: no code consists of ones alone. */
function isSound(counts: Uint8Array, symbols: Uint8Array): boolean {
  if (symbols.length === 0 || symbols.length > 256) return false;
  let code = 0;
  for (const [i, count] of counts.entries()) {
    code += count;
    if (code >= 1 << (i + 1)) return false;
    code <<= 1;
  }
  return true;
}
