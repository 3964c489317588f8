import { JpegBits } from "../../kernels/plain/jpeg.ts";
import { AC_CODES, bitsOf, DC_CODES } from "../../shared/image/encode/jpeg/jpeg_tables.ts";
import type { Size } from "../../shared/image/raster.ts";
import { concat, latin1, le16, le32, u16, u32 } from "./bytes.ts";
import { segment } from "./jpeg_files.ts";

/** The size of the colours. */
export type Sampling = "4:4:4" | "4:2:2" | "4:2:0";

/** Blocks of brightness in a unit, across and down. */
const BLOCKS: Record<Sampling, [across: number, down: number]> = {
  "4:4:4": [1, 1],
  "4:2:2": [2, 1],
  "4:2:0": [2, 2],
};

/** The values of a JPEG of three components, and how it stores them. */
export interface ValuesJpeg extends Size {
  /** The size of the colours: full, half across, or half in both directions. */
  sampling: Sampling;
  /** Units between two restarts. @default 0, none */
  interval?: number;
  /** The divisor of a zigzag place, 1 to 255. */
  divisor: (place: number) => number;
  /** The values of the next block, in zigzag order: the first one -1024 to 1023, the others -1023 to 1023. */
  block: () => number[];
  /** Segments before the tables. @default none */
  segments?: Uint8Array[];
}

/** Writes a baseline JPEG of any values. */
export function jpegOfValues(
  { width, height, sampling, interval = 0, divisor, block, segments = [] }: ValuesJpeg,
): Uint8Array<ArrayBuffer> {
  const divisors = Array.from({ length: 64 }, (_, k) => divisor(k));
  const codes = [DC_CODES, AC_CODES].map((kind, i) =>
    segment(0xc4, [i << 4, ...kind[0].counts, ...kind[0].symbols])
  );
  const [across, down] = BLOCKS[sampling];
  const units = Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
  const writer = new BlockWriter();
  for (let unit = 0; unit < units; unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) writer.restart();
    const blocks = [...new Array(across * down).fill(0), 1, 2];
    for (const component of blocks) writer.write(component, block());
  }
  return concat(
    [0xff, 0xd8],
    ...segments,
    segment(0xdb, [0, ...divisors]),
    segment(0xc0, [
      ...[8, ...u16(height), ...u16(width), 3],
      ...[1, (across << 4) | down, 0, 2, 0x11, 0, 3, 0x11, 0],
    ]),
    ...codes,
    ...interval > 0 ? [segment(0xdd, u16(interval))] : [],
    segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
    writer.finish(),
    [0xff, 0xd9],
  );
}

/** Adds an empty segment of Photoshop: ImageMagick decodes the same picture then, and not the pixel loops. */
export function withPhotoshop(file: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(file.subarray(0, 2), segment(0xed, []), file.subarray(2));
}

/** EXIF's facts about a photo: numbers and fractions of the first directory. */
export interface ExifValues {
  orientation?: number;
  xResolution?: readonly [number, number];
  yResolution?: readonly [number, number];
  unit?: number;
}

/** A segment of EXIF data. */
export function exifSegment(
  { orientation, xResolution, yResolution, unit }: ExifValues,
  isLittle = false,
): Uint8Array<ArrayBuffer> {
  const [word, long] = isLittle ? [le16, le32] : [u16, u32];
  const given: [number, number | readonly [number, number] | undefined][] = [
    [0x0112, orientation],
    [0x011a, xResolution],
    [0x011b, yResolution],
    [0x0128, unit],
  ];
  const entries = given.filter(([, value]) => value !== undefined);
  const behind = 8 + 2 + 12 * entries.length + 4;
  const fractions: number[] = [];
  const directory = entries.flatMap(([tag, value]) => {
    if (typeof value === "number") {
      return [...word(tag), ...word(3), ...long(1), ...word(value), 0, 0];
    }
    const at = behind + fractions.length;
    fractions.push(...value!.flatMap(long));
    return [...word(tag), ...word(5), ...long(1), ...long(at)];
  });
  return segment(
    0xe1,
    concat(
      latin1(`Exif\0\0${isLittle ? "II" : "MM"}`),
      [...word(42), ...long(8), ...word(entries.length), ...directory, ...long(0), ...fractions],
    ),
  );
}

/** A segment of JFIF's facts. */
export function jfifSegment(unit: number, x: number, y: number): Uint8Array<ArrayBuffer> {
  return segment(0xe0, concat(latin1("JFIF\0"), [1, 1, unit], u16(x), u16(y), [0, 0]));
}

/** Writes blocks, with the codes of brightness for all components. */
class BlockWriter {
  static readonly #dc = bitsOf(DC_CODES[0], 16);
  static readonly #ac = bitsOf(AC_CODES[0], 256);
  /** The data before the last restart. */
  readonly #done: number[] = [];
  #bits = new JpegBits();
  #last = [0, 0, 0];
  #restarts = 0;

  write(component: number, values: number[]): void {
    this.#code(BlockWriter.#dc, 0, values[0] - this.#last[component]);
    this.#last[component] = values[0];
    let zeros = 0;
    for (const value of values.slice(1)) {
      if (value === 0) {
        zeros++;
        continue;
      }
      for (; zeros > 15; zeros -= 16) this.#code(BlockWriter.#ac, 0xf0, 0);
      this.#code(BlockWriter.#ac, zeros << 4, value);
      zeros = 0;
    }
    if (zeros > 0) this.#code(BlockWriter.#ac, 0, 0);
  }

  restart(): void {
    for (const byte of this.#bits.finish()) this.#done.push(byte);
    this.#done.push(0xff, 0xd0 + this.#restarts++ % 8);
    this.#bits = new JpegBits();
    this.#last = [0, 0, 0];
  }

  finish(): number[] {
    return [...this.#done, ...this.#bits.finish()];
  }

  #code(codes: Uint32Array, symbol: number, value: number): void {
    const length = 32 - Math.clz32(Math.abs(value));
    const rest = (value < 0 ? value - 1 : value) & ((1 << length) - 1);
    this.#bits.write(codes[symbol | length], rest, length);
  }
}
