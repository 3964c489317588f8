import type { Density } from "../../encode/jpeg/jpeg_head.ts";
import { type MatrixProfile, readMatrixProfile } from "../color/matrix_profile.ts";
import { isSrgbProfile } from "../icc_profile.ts";
import type { Size } from "../../raster.ts";
import { type ExifFacts, readExif } from "./exif_facts.ts";
import { JpegCodes, MAX_CODE_BITS } from "./jpeg_codes.ts";
import { hasLength } from "./jpeg_header.ts";

/** A component of a plain JPEG. */
export interface PlainComponent {
  /** Its blocks in a unit, across and down: 2 or 1 for brightness, 1 for a colour. */
  across: number;
  down: number;
  /** 64 divisors, in zigzag order. */
  divisors: Int32Array;
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
  /** The density that ImageMagick reads. */
  density: Density;
  /** The profile of colours that are not sRGB. */
  profile?: MatrixProfile;
}

/** The second bytes of markers. */
const FRAMES = new Set([0xc0, 0xc1]);
const CODES = 0xc4;
const DIVISORS = 0xdb;
const SCAN = 0xda;
const INTERVAL = 0xdd;
const COMMENT = 0xfe;
const JFIF = 0xe0;
const EXIF = 0xe1;
const PROFILE = 0xe2;
const ADOBE = 0xee;

/** Segments of applications that change nothing: all but JFIF's, EXIF's, profiles, Photoshop's (0xed) and Adobe's. */
const isIgnored = (marker: number) =>
  marker === COMMENT || (marker >= 0xe3 && marker <= 0xef && marker !== 0xed && marker !== ADOBE);

/** Blocks of brightness in a unit, across and down, to one of each colour: 4:4:4, 4:2:2 and 4:2:0. */
const SAMPLINGS = new Set([0x11, 0x21, 0x22]);

/** What XMP begins the names of an orientation and a density with, which ImageMagick reads, too. */
const XMP_TIFF = "tiff:";

/** What JFIF states without a unit as the shape of a pixel, which ImageMagick does not take for a density. */
const RATIOS = new Set(["1:1", "3:2", "4:3", "16:9", "16:10"]);

/** Most segments of a header: a panorama's depth and sound in XMP take some hundred. */
const MAX_SEGMENTS = 1_000;

/** Largest symbol of a first value's codes: a difference of 11 bits. */
const MAX_DC_BITS = 11;

/** Offsets in an ICC profile: its class and colour space, eight letters. */
const PROFILE_KIND_AT = 12;
const RGB_DISPLAY = "mntrRGB ";

/**
 * Reads the header of a plain JPEG: what phones and nearly all programs write. It is baseline or extended, with Huffman codes, in
 * one scan; it has three components, with the colours in full size, or in half the size across or in both directions; its colours are
 * sRGB, or have a profile of three curves and a matrix; nothing in its header is unusual. The pixel loops decode such a file (`read_jpeg_rows.ts`), ImageMagick all others.
 *
 * @param file The file; it begins with SOI.
 * @returns The facts, or `null` for any other JPEG.
 */
export function readPlainJpeg(file: Uint8Array): PlainJpeg | null {
  return new PlainJpegReader(file).read();
}

/** A component's frame data. */
interface FrameComponent {
  id: number;
  sampling: number;
  table: number;
}

class PlainJpegReader {
  readonly #file: Uint8Array;
  readonly #divisors = new Map<number, Int32Array>();
  readonly #codes = new Map<number, JpegCodes>();
  #size: Size | undefined;
  #frame: FrameComponent[] = [];
  #interval = 0;
  #hasJfif = false;
  #hasAdobe = false;
  #hasXmpTiff = false;
  #hasProfile = false;
  #profile: MatrixProfile | null = null;
  #density: Density = { x: 0, y: 0, unit: 0 };
  #exif: ExifFacts | undefined;

  constructor(file: Uint8Array) {
    this.#file = file;
  }

  read(): PlainJpeg | null {
    const file = this.#file;
    let segments = 0;
    for (let at = 2; at + 4 <= file.length && segments < MAX_SEGMENTS; segments++) {
      const marker = file[at + 1];
      const next = at + 2 + word(file, at + 2);
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
    if (FRAMES.has(marker)) return this.#readFrame(data);
    if (marker === DIVISORS) return this.#readDivisors(data);
    if (marker === CODES) return this.#readCodes(data);
    if (marker === INTERVAL) {
      this.#interval = word(data, 0);
      return data.length === 2;
    }
    if (marker === JFIF) return this.#readJfif(data);
    if (marker === EXIF) return this.#readExif(data);
    if (marker === PROFILE) return this.#readProfile(data);
    if (marker === ADOBE) return this.#readAdobe(data);
    return isIgnored(marker);
  }

  #readFrame(data: Uint8Array): boolean {
    if (this.#size || data.length !== 15 || data[0] !== 8 || data[5] !== 3) return false;
    this.#size = { width: word(data, 3), height: word(data, 1) };
    this.#frame = [6, 9, 12].map((at) => {
      const [id, sampling, table] = data.subarray(at);
      return { id, sampling, table };
    });
    const [brightness, ...colors] = this.#frame;
    return SAMPLINGS.has(brightness.sampling) &&
      colors.every(({ sampling }) => sampling === 0x11);
  }

  #readDivisors(data: Uint8Array): boolean {
    for (let at = 0; at < data.length;) {
      const [precision, id] = [data[at] >> 4, data[at] & 15];
      const bytes = precision === 0 ? 1 : 2;
      const end = at + 1 + 64 * bytes;
      if (precision > 1 || id > 3 || end > data.length) return false;
      const table = data.subarray(at + 1, end);
      const divisor = (k: number) => bytes === 1 ? table[k] : word(table, 2 * k);
      this.#divisors.set(id, Int32Array.from({ length: 64 }, (_, k) => divisor(k)));
      at = end;
    }
    return true;
  }

  #readCodes(data: Uint8Array): boolean {
    for (let at = 0; at < data.length;) {
      const selector = data[at];
      const counts = data.subarray(at + 1, at + 1 + MAX_CODE_BITS);
      const symbolsAt = at + 1 + MAX_CODE_BITS;
      const end = symbolsAt + counts.reduce((sum, count) => sum + count, 0);
      if (selector >> 4 > 1 || (selector & 15) > 3 || end > data.length) return false;
      const symbols = data.subarray(symbolsAt, end);
      if (!isSound(counts, symbols, selector >> 4 === 0)) return false;
      this.#codes.set(selector, new JpegCodes(counts, symbols));
      at = end;
    }
    return true;
  }

  #readJfif(data: Uint8Array): boolean {
    if (!startsWith(data, "JFIF\0")) return startsWith(data, "JFXX\0");
    if (this.#hasJfif || data.length < 12) return false;
    this.#hasJfif = true;
    const density = { x: word(data, 8), y: word(data, 10), unit: data[7] };
    const isRatio = density.unit === 0 && RATIOS.has(`${density.x}:${density.y}`);
    if (!isRatio) this.#density = density;
    return density.unit <= 2;
  }

  #readExif(data: Uint8Array): boolean {
    if (!startsWith(data, "Exif\0\0")) {
      this.#hasXmpTiff ||= includes(data, XMP_TIFF);
      return !startsWith(data, "Exif");
    }
    const facts = this.#exif ? null : readExif(data.subarray(6));
    this.#exif = facts ?? undefined;
    return facts !== null;
  }

  #readProfile(data: Uint8Array): boolean {
    if (!startsWith(data, "ICC_PROFILE\0")) return true; // MPF
    if (this.#hasProfile || data[12] !== 1 || data[13] !== 1) return false;
    this.#hasProfile = true;
    const profile = data.subarray(14);
    if (!startsWith(profile.subarray(PROFILE_KIND_AT), RGB_DISPLAY)) return false;
    if (isSrgbProfile(profile)) return true;
    this.#profile = readMatrixProfile(profile);
    return this.#profile !== null;
  }

  #readAdobe(data: Uint8Array): boolean {
    if (!startsWith(data, "Adobe") || data.length < 12 || data[11] !== 1) return false;
    return this.#hasAdobe = true;
  }

  /** Reads the scan's header. */
  #end(data: Uint8Array, dataAt: number): PlainJpeg | null {
    if (!this.#size || data.length !== 10 || data[0] !== 3) return null;
    // libjpeg guesses what the components mean by these facts.
    const isKnown = this.#hasJfif || this.#hasAdobe ||
      this.#frame.every(({ id }, i) => id === i + 1);
    if (!isKnown || new Set(this.#frame.map(({ id }) => id)).size < 3) return null;
    if (data[7] !== 0 || data[8] !== 63 || data[9] !== 0) return null;
    const components: PlainComponent[] = [];
    for (const [i, { id, sampling, table }] of this.#frame.entries()) {
      const [scanId, selectors] = data.subarray(1 + 2 * i);
      const divisors = this.#divisors.get(table);
      const dc = this.#codes.get(selectors >> 4);
      const ac = this.#codes.get(0x10 | (selectors & 15));
      if (scanId !== id || selectors > 0x33 || !divisors || !dc || !ac) return null;
      components.push({ across: sampling >> 4, down: sampling & 15, divisors, dc, ac });
    }
    const { orientation, density } = this.#exif ?? {};
    // EXIF's orientation and density come before XMP's.
    if (this.#hasXmpTiff && !(orientation && density)) return null;
    return {
      ...this.#size,
      components,
      interval: this.#interval,
      dataAt,
      orientation: orientation ?? 1,
      density: { ...this.#density, ...density },
      ...(this.#profile && { profile: this.#profile }),
    };
  }
}

/** Checks a code's table as libjpeg does, and that no first value is out of range. */
function isSound(counts: Uint8Array, symbols: Uint8Array, isDc: boolean): boolean {
  if (symbols.length === 0 || symbols.length > 256) return false;
  let code = 0;
  for (const [i, count] of counts.entries()) {
    code += count;
    if (code > 1 << (i + 1)) return false;
    code <<= 1;
  }
  return !isDc || symbols.every((symbol) => symbol <= MAX_DC_BITS);
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  if (bytes.length < text.length) return false;
  return Array.from(text).every((char, i) => bytes[i] === char.charCodeAt(0));
}

function includes(bytes: Uint8Array, text: string): boolean {
  return new TextDecoder("latin1").decode(bytes).includes(text);
}
