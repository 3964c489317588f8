import { firstLine, log } from "../../telemetry/log.ts";
import { EngineCrash } from "../engine/wasm_engine.ts";
import { KERNELS } from "./kernels_wasm.ts";

/**
 * The pixel loops in WebAssembly, which `kernels/assembly/` documents. Addresses and sizes are in bytes of `memory`; all other
 * numbers are whole, unless the source says `f64`.
 */
export interface Kernels {
  memory: WebAssembly.Memory;
  /** The first free address. */
  start: WebAssembly.Global;
  addOpaqueAlpha(from: number, to: number, count: number): void;
  addAlpha(pixels: number, count: number, step: number, sums: number): void;
  addResiduals(from: number, length: number, to: number): number;
  beginDecoding(
    descriptions: number,
    zigzag: number,
    unitsInRow: number,
    restartInterval: number,
    room: number,
  ): void;
  beginJpeg(pictureWidth: number, tables: number, room: number): void;
  beginCounting(table: number): void;
  beginWriting(codes: number, lengths: number, firstBits: number, firstCount: number): void;
  blurTransposed(
    from: number,
    to: number,
    width: number,
    height: number,
    kernel: number,
    radius: number,
    line: number,
  ): void;
  convertColors(
    pixels: number,
    count: number,
    step: number,
    light: number,
    matrix: number,
    encoded: number,
  ): void;
  decodeUnits(until: number): number;
  encodeUnits(from: number, rows: number, natural: number, to: number): number;
  endJpeg(to: number): number;
  endResiduals(to: number): number;
  filterFirstRow(row: number, width: number, to: number): void;
  filterRow(row: number, width: number, to: number): void;
  hasColor(pixels: number, count: number): number;
  isAtEnd(): number;
  joinRows(rows: number, weights: number, taps: number, to: number, count: number): void;
  mixRows(from: number, width: number, share: number, to: number): number;
  moveWindow(from: number, to: number): void;
  multiplyAlpha(pixels: number, mask: number, count: number, edge: number): number;
  nextByte(): number;
  premultiply(from: number, to: number, count: number): void;
  scaleRow(
    from: number,
    to: number,
    count: number,
    starts: number,
    weights: number,
    taps: number,
  ): void;
  shadeRow(
    pixels: number,
    count: number,
    row: number,
    perPixel: number,
    origin: number,
    opacity: number,
  ): void;
  takeRows(count: number, width: number, colorWidth: number, to: number): void;
  turnRows(
    from: number,
    width: number,
    rows: number,
    to: number,
    stepX: number,
    stepY: number,
  ): void;
  unfilter(
    filter: number,
    row: number,
    above: number,
    to: number,
    length: number,
    step: number,
  ): void;
}

let instance: Kernels | undefined;

/** Returns the pixel loops. The first call compiles them, which takes less than a millisecond. */
export function kernels(): Kernels {
  return instance ??= start();
}

function start(): Kernels {
  const file = Uint8Array.from(atob(KERNELS), (char) => char.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(file));
  return { ...exports } as unknown as Kernels;
}

/** WebAssembly's page, in bytes. */
const PAGE_BYTES = 65_536;

/** Alignment of each block, in bytes. */
const ALIGNMENT = 16;

/**
 * Lays out the memory of the pixel loops for one piece of synchronous work: the next one overwrites it. The memory stays as large
 * as the largest piece of work needed, so rows and strips pass through it and not whole pictures.
 */
export class Scratch {
  readonly #memory: WebAssembly.Memory;
  #end: number;

  constructor() {
    const { memory, start } = kernels();
    this.#memory = memory;
    this.#end = aligned(start.value);
  }

  /**
   * Reserves a block.
   *
   * @param bytes Its size. As many bytes as an alignment behind it can be read and overwritten as well.
   * @returns Its address.
   * @throws {EngineCrash} `engine_failed`, if there is no memory for it.
   */
  reserve(bytes: number): number {
    const at = this.#end;
    this.#end = aligned(at + bytes) + ALIGNMENT;
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE_BYTES));
    return at;
  }

  /** Reserves a block for a copy of an array. @returns Its address. */
  keep({ buffer, byteOffset, byteLength }: ArrayBufferView): number {
    const at = this.reserve(byteLength);
    this.bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    return at;
  }

  /** The memory as bytes. The next block that is reserved can make the view useless. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#memory.buffer);
  }

  #grow(pages: number): void {
    try {
      this.#memory.grow(pages);
    } catch (cause) {
      log("error", "engine_crashed", { engine: "kernels", error: firstLine(cause) });
      throw new EngineCrash(true, cause);
    }
  }
}

function aligned(at: number): number {
  return Math.ceil(at / ALIGNMENT) * ALIGNMENT;
}
