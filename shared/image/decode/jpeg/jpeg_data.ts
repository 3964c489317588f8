import { ProgressiveBlocks } from "./jpeg_blocks.ts";
import { JpegCodes, MAX_CODE_BITS } from "./jpeg_codes.ts";
import { JpegCoverage } from "./jpeg_coverage.ts";
import type { OnStep } from "../../engine/engine_steps.ts";
import { type JpegComponent, type JpegFrame, readJpegFrame } from "./jpeg_frame.ts";
import { findMarker, hasLength } from "./jpeg_header.ts";
import { readJpegScan, type ScanPart } from "./jpeg_scan.ts";

/** The completeness and consistency of a JPEG's entropy-coded data. */
export interface JpegData {
  /** The available share, 0 to 1. 1 means every block of every component in full precision. */
  share: number;
  /** Whether the file or its end marker comes before the end of the data. */
  isTruncated: boolean;
  /** Whether a row of units, 8 to 32 pixels high, is missing completely. */
  lacksRows: boolean;
  /** Whether the data is inconsistent: an unknown code, a coefficient outside its block, a missing interval or scan. */
  isCorrupt: boolean;
}

/** The second bytes of markers; application data and comments are the last. */
const MARKER = { codes: 0xc4, end: 0xd9, scan: 0xda, restart: 0xdd, applications: 0xe0 };

/** Frames with Huffman codes: baseline, extended, and progressive. */
const SEQUENTIAL = new Set([0xc0, 0xc1]);
const PROGRESSIVE = 0xc2;

/** Stops files of a million scans or tables; progressive files have ten, with up to four tables each. */
const MAX_SCANS = 64;
const MAX_TABLES = 4 * MAX_SCANS;

/** Maximum zeros at the end of a sound file's data; more of them mean that a write was cut off. */
const MAX_FINAL_ZEROS = 2;

/** Data that is parsed before the first step, in bytes: an ordinary photo's. Its steps would make the machine look slow. */
const FREE_BYTES = 4 << 20;

/** Data that is parsed from step to step, in bytes: 2.5 to 5 ms. */
const STEP_BYTES = 128 << 10;

/**
 * Parses a JPEG's data without decoding it, to find out what libjpeg does not report: the available share, and whether
 * a warning is harmless. It takes 20 to 40 ms per megabyte, so it runs only for files that libjpeg warns about or that
 * have no end marker.
 *
 * @param file The file; it begins with SOI.
 * @param onStep Callback for each 128 KiB of data behind the first 4 MiB; it can stop the work.
 * @returns The findings, or `null` for data that cannot be parsed: arithmetic coding, damaged headers, missing code
 * tables; or if `onStep` stopped the work.
 */
export function readJpegData(file: Uint8Array, onStep: OnStep = () => true): JpegData | null {
  return new JpegDataReader(file, onStep).read();
}

class JpegDataReader {
  readonly #file: Uint8Array;
  readonly #end: number;
  readonly #onStep: OnStep;
  #stepAt = FREE_BYTES;
  #frame: JpegFrame | null = null;
  #isProgressive = false;
  readonly #dc: (JpegCodes | undefined)[] = [];
  readonly #ac: (JpegCodes | undefined)[] = [];
  #interval = 0;
  #scans = 0;
  #tables = 0;
  readonly #coverage = new Map<JpegComponent, JpegCoverage>();
  readonly #blocks = new Map<JpegComponent, ProgressiveBlocks>();
  #isCorrupt = false;
  /** Whether the last scan is incomplete and nothing follows it. */
  #isCut = false;
  #lacksRows = false;

  constructor(file: Uint8Array, onStep: OnStep) {
    this.#file = file;
    this.#onStep = onStep;
    this.#end = dataEnd(file);
  }

  read(): JpegData | null {
    const file = this.#file;
    for (let at = 2;;) {
      at = findMarker(file, at);
      while (file[at + 1] === 0xff) at++; // padding
      if (at + 2 > this.#end) return this.#result(false);
      const marker = file[++at];
      if (marker === MARKER.end) return this.#result(true);
      if (this.#isCut) this.#isCorrupt = true; // a marker within the data
      this.#isCut = false;
      if (!hasLength(marker)) continue;
      if (at + 3 > this.#end) return this.#result(false);
      const length = (file[at + 1] << 8) | file[at + 2];
      const behind = at + 1 + length;
      if (length < 2 || behind > this.#end) return this.#result(false);
      const from = at + 3;
      at = behind;
      if (marker >= MARKER.applications) continue;
      const data = file.subarray(from, behind);
      if (marker === MARKER.scan) {
        const next = this.#readScan(data, behind);
        if (next === null) return null;
        at = next;
      } else if (!this.#readSegment(marker, data)) return null;
    }
  }

  #result(hasEnd: boolean): JpegData | null {
    if (!this.#frame) return null;
    let [given, all] = [0, 0];
    for (const component of this.#frame.components) {
      const blocks = component.width * component.height;
      given += blocks * (this.#coverage.get(component)?.share ?? 0);
      all += blocks;
    }
    const share = given / all;
    const isTruncated = this.#isCut || (!hasEnd && share < 1);
    return { share, isTruncated, lacksRows: this.#lacksRows, isCorrupt: this.#isCorrupt };
  }

  /** Reads a segment that is not a scan. Returns false if the rest cannot be parsed. */
  #readSegment(marker: number, data: Uint8Array): boolean {
    if (marker === MARKER.codes) return this.#readCodes(data);
    if (marker === MARKER.restart) this.#interval = (data[0] << 8) | data[1];
    else if (SEQUENTIAL.has(marker) || marker === PROGRESSIVE) {
      this.#frame ??= readJpegFrame(data);
      this.#isProgressive = marker === PROGRESSIVE;
      return this.#frame !== null;
    } else if (marker >= 0xc3 && marker <= 0xcf) return false;
    return true;
  }

  #readCodes(data: Uint8Array): boolean {
    for (let at = 0; at < data.length;) {
      const [selector] = data.subarray(at);
      const counts = data.subarray(at + 1, at + 1 + MAX_CODE_BITS);
      const symbols = counts.reduce((sum, count) => sum + count, 0);
      at += 1 + MAX_CODE_BITS;
      if (at + symbols > data.length || symbols > 256 || ++this.#tables > MAX_TABLES) return false;
      const codes = new JpegCodes(counts, data.subarray(at, at + symbols));
      (selector >> 4 === 0 ? this.#dc : this.#ac)[selector & 15] = codes;
      at += symbols;
    }
    return true;
  }

  /** Reads a scan. Returns the offset of the marker behind it, or `null` if it cannot be parsed. */
  #readScan(header: Uint8Array, at: number): number | null {
    const count = header[0];
    if (!this.#frame || header.length < 4 + 2 * count || count === 0) return null;
    if (++this.#scans > MAX_SCANS) return null;
    const parts: ScanPart[] = [];
    for (let index = 0; index < count; index++) {
      const [id, tables] = header.subarray(1 + 2 * index);
      const component = this.#frame.components.find((one) => one.id === id);
      if (!component) return null;
      parts.push({ component, dc: this.#dc[tables >> 4], ac: this.#ac[tables & 15] });
    }
    const [first, last, bits] = header.subarray(1 + 2 * count);
    const band = this.#isProgressive
      ? { first, last, from: bits >> 4, to: bits & 15, refines: bits >> 4 > 0 }
      : { first: 0, last: 63, from: 0, to: 0, refines: false };
    if (last > 63 || first > last || (first > 0 && count > 1)) return null;
    const units = count === 1 ? parts[0].component : this.#frame.units;
    const scan = readJpegScan(this.#file, at, this.#end, {
      parts,
      band,
      units,
      interval: this.#interval,
      mayGoOn: (at) => this.#mayGoOn(at),
      blocks: this.#isProgressive && first > 0 ? this.#blocksOf(parts[0].component) : undefined,
    });
    if (!scan) return null;
    for (const { component } of parts) {
      const coverage = this.#coverage.get(component) ?? new JpegCoverage();
      this.#coverage.set(component, coverage);
      if (!coverage.add(band, scan.share)) this.#isCorrupt = true;
    }
    this.#isCut = scan.share < 1;
    this.#lacksRows ||= first === 0 && !band.refines && (1 - scan.share) * units.height >= 1;
    this.#isCorrupt ||= scan.isCorrupt;
    return scan.at;
  }

  /** Reports the steps up to an offset. Returns false if the listener stops the work. */
  #mayGoOn(at: number): boolean {
    if (at < this.#stepAt) return true;
    this.#stepAt = at + STEP_BYTES;
    return this.#onStep();
  }

  #blocksOf(component: JpegComponent): ProgressiveBlocks {
    const { width, height } = component;
    const blocks = this.#blocks.get(component) ?? new ProgressiveBlocks(width * height);
    this.#blocks.set(component, blocks);
    return blocks;
  }
}

/** Returns the end of a file's data, before the zeros of a write that was cut off. */
function dataEnd(file: Uint8Array): number {
  let end = file.length;
  while (end > 0 && file[end - 1] === 0) end--;
  return Math.min(file.length, end + MAX_FINAL_ZEROS);
}
