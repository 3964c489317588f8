import type { PlainJpeg } from "../../shared/image/decode/jpeg/plain_jpeg.ts";
import type { PlainScale } from "../../shared/image/decode/jpeg/plain_scale.ts";
import { ZIGZAG } from "../../shared/image/encode/jpeg/jpeg_tables.ts";

/**
 * The twin of `kernels/assembly/decode_jpeg.ts`: a plain JPEG's pixels at a part of its size, as the file has them.
 *
 * @param file The file.
 * @param jpeg The facts from its header.
 * @param eighths The scale.
 * @returns RGB, or `null` if the data is wrong.
 */
export function decodeJpeg(
  file: Uint8Array,
  jpeg: PlainJpeg,
  eighths: PlainScale,
): Uint8Array | null {
  const { across, down } = jpeg.components[0];
  const [width, height] = [jpeg.width, jpeg.height].map((px) => Math.ceil(px * eighths / 8));
  const units = Math.ceil(jpeg.width / (8 * across));
  const all = units * Math.ceil(jpeg.height / (8 * down));
  const stride = units * across * eighths;
  const planes = jpeg.components.map(() => new Uint8Array(stride * all / units * down * eighths));
  const bits = new Bits(file, jpeg.dataAt);
  let lastDcs = [0, 0, 0];
  try {
    for (let unit = 0; unit < all; unit++) {
      if (jpeg.interval > 0 && unit > 0 && unit % jpeg.interval === 0) {
        bits.passMarker(0xd0 + (unit / jpeg.interval - 1) % 8);
        lastDcs = [0, 0, 0];
      }
      for (
        const [i, { across: columns, down: rows, divisors, dc, ac }] of jpeg.components.entries()
      ) {
        const size = columns < across && across === down ? 2 * eighths : eighths;
        for (let block = 0; block < columns * rows; block++) {
          const values = new Int32Array(64);
          lastDcs[i] = ((lastDcs[i] + bits.value(bits.code(dc))) << 16) >> 16;
          values[0] = lastDcs[i] * divisors[0];
          for (let k = 1; k < 64; k++) {
            const symbol = bits.code(ac);
            if (symbol === 0xf0) k += 15;
            else if ((symbol & 15) === 0) break;
            else {
              k += symbol >> 4;
              const value = bits.value(symbol & 15);
              if (k < 64) values[ZIGZAG[k]] = value * divisors[k];
            }
            if (k > 63) return null;
          }
          const x = ((unit % units) * columns + block % columns) * size;
          const y = (Math.floor(unit / units) * rows + Math.floor(block / columns)) * size;
          inverse(values, size).forEach((row, r) => planes[i].set(row, (y + r) * stride + x));
        }
      }
    }
    bits.passMarker(0xd9);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  const colorWidth = Math.ceil(jpeg.width * eighths / (8 * across));
  if (across > down) {
    for (const plane of planes.slice(1)) widen(plane, stride, colorWidth, eighths > 1);
  }
  const rgb = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const [brightness, b, r] = planes.map((plane) => plane[y * stride + x]);
      const [blue, red] = [b - 128, r - 128];
      rgb[at] = brightness + ((91_881 * red + 32_768) >> 16);
      rgb[at + 1] = brightness + ((-22_554 * blue - 46_802 * red + 32_768) >> 16);
      rgb[at + 2] = brightness + ((116_130 * blue + 32_768) >> 16);
    }
  }
  return new Uint8Array(rgb.buffer);
}

/** Doubles the width of a plane's first samples. */
function widen(plane: Uint8Array, stride: number, width: number, isSmooth: boolean): void {
  for (let row = 0; row < plane.length; row += stride) {
    const samples = plane.slice(row, row + width);
    for (let x = 0; x < 2 * width && x < stride; x++) {
      const near = x >> 1;
      const isMixed = isSmooth && width > 2 && x > 0 && x < 2 * width - 1;
      const other = x % 2 === 0 ? near - 1 : near + 1;
      plane[row + x] = isMixed
        ? (3 * samples[near] + samples[other] + 1 + x % 2) >> 2
        : samples[near];
    }
  }
}

/** The bits of a scan. */
class Bits {
  readonly #file: Uint8Array;
  #at: number;
  #bit = 0;

  constructor(file: Uint8Array, at: number) {
    this.#file = file;
    this.#at = at;
  }

  /** Reads a code's symbol. @throws {RangeError} If there is none. */
  code(codes: { find(bits: number): number }): number {
    let read = 0;
    for (let length = 1; length <= 16; length++) {
      read = (read << 1) | this.#take();
      const found = codes.find(read << (16 - length));
      if (found >> 8 === length) return found & 255;
    }
    throw new RangeError("There is no such code.");
  }

  /** Reads a value of some bits. */
  value(length: number): number {
    let read = 0;
    for (let i = 0; i < length; i++) read = (read << 1) | this.#take();
    return length > 0 && read < 1 << (length - 1) ? read - (1 << length) + 1 : read;
  }

  /** Passes fill bits and a marker. @throws {RangeError} If it is missing. */
  passMarker(marker: number): void {
    if (this.#bit > 0) this.#next();
    if (this.#file[this.#at] !== 0xff || this.#file[this.#at + 1] !== marker) {
      throw new RangeError("The marker is missing.");
    }
    this.#at += 2;
  }

  #take(): number {
    const byte = this.#file[this.#at];
    if (byte === undefined || (byte === 0xff && this.#file[this.#at + 1] !== 0)) {
      throw new RangeError("The data has ended.");
    }
    const bit = (byte >> (7 - this.#bit)) & 1;
    if (++this.#bit === 8) this.#next();
    return bit;
  }

  #next(): void {
    this.#at += this.#file[this.#at] === 0xff ? 2 : 1;
    this.#bit = 0;
  }
}

/** What the values of a row or column become, before they are divided by a power of two, and that power. */
type Transform = (values: number[]) => { sums: number[]; bits: number };

/** The transforms by the number of samples that they give, with factors of 13 fractional bits (jidctred.c, jidctint.c). */
const TRANSFORMS: Record<number, Transform> = {
  1: ([v0]) => ({ sums: [v0 << 13], bits: 0 }),
  2: ([v0, v1, , v3, , v5, , v7]) => {
    const odd = sum([v7, -5_906], [v5, 6_967], [v3, -10_426], [v1, 29_692]);
    const even = v0 << 15;
    return { sums: [even + odd, even - odd], bits: 2 };
  },
  3: ([v0, v1, v2]) => {
    const [e0, e2, odd] = [v0 << 13, sum([v2, 5_793]), sum([v1, 10_033])];
    return { sums: [e0 + e2 + odd, e0 - 2 * e2, e0 + e2 - odd], bits: 0 };
  },
  4: ([v0, v1, v2, v3, , v5, v6, v7]) => {
    const e2 = sum([v2, 15_137], [v6, -6_270]);
    const [s0, s2] = [(v0 << 14) + e2, (v0 << 14) - e2];
    const t0 = sum([v7, -1_730], [v5, 11_893], [v3, -17_799], [v1, 8_697]);
    const t2 = sum([v7, -4_176], [v5, -4_926], [v3, 7_373], [v1, 20_995]);
    return { sums: [s0 + t2, s2 + t0, s2 - t0, s0 - t2], bits: 1 };
  },
  6: ([v0, v1, v2, v3, v4, v5]) => {
    const [e0, e2, e4] = [v0 << 13, sum([v2, 10_033]), sum([v4, 5_793])];
    const even = [e0 + e4 + e2, e0 - 2 * e4, e0 + e4 - e2];
    const shared = sum([v1 + v5, 2_998]);
    const odd = [shared + ((v1 + v3) << 13), (v1 - v3 - v5) << 13, shared + ((v5 - v3) << 13)];
    const upper = even.map((one, i) => one + odd[i]);
    return { sums: [...upper, ...even.map((one, i) => one - odd[i]).reverse()], bits: 0 };
  },
  8: ([v0, v1, v2, v3, v4, v5, v6, v7]) => {
    const e2 = sum([v2 + v6, 4_433], [v6, -15_137]);
    const e3 = sum([v2 + v6, 4_433], [v2, 6_270]);
    const [e0, e1] = [(v0 + v4) << 13, (v0 - v4) << 13];
    const even = [e0 + e3, e1 + e2, e1 - e2, e0 - e3];
    const z5 = Math.imul(v7 + v3 + v5 + v1, 9_633);
    const z3 = z5 + Math.imul(v7 + v3, -16_069);
    const z4 = z5 + Math.imul(v5 + v1, -3_196);
    const z1 = Math.imul(v7 + v1, -7_373);
    const z2 = Math.imul(v5 + v3, -20_995);
    const odd = [
      sum([v1, 12_299]) + z1 + z4,
      sum([v3, 25_172]) + z2 + z3,
      sum([v5, 16_819]) + z2 + z4,
      sum([v7, 2_446]) + z1 + z3,
    ];
    const upper = even.map((one, i) => one + odd[i]);
    return { sums: [...upper, ...even.map((one, i) => one - odd[i]).reverse()], bits: 0 };
  },
};

function sum(...products: [value: number, factor: number][]): number {
  return products.reduce((all, [value, factor]) => (all + Math.imul(value, factor)) | 0, 0);
}

/** Transforms a block, columns first. @returns Rows of samples. */
function inverse(values: Int32Array, size: number): number[][] {
  const transform = TRANSFORMS[size];
  const columns = Array.from({ length: 8 }, (_, x) => {
    const { sums, bits } = transform(Array.from({ length: 8 }, (_, y) => values[y * 8 + x]));
    return sums.map((one) => divided(one, 11 + bits));
  });
  return Array.from({ length: size }, (_, y) => {
    const { sums, bits } = transform(columns.map((column) => column[y]));
    // libjpeg looks 10 bits up in a table.
    return sums.map((one) => clamped(((divided(one, 18 + bits) << 22) >> 22) + 128));
  });
}

function divided(value: number, bits: number): number {
  return ((value | 0) + (1 << (bits - 1))) >> bits;
}

function clamped(sample: number): number {
  return Math.max(0, Math.min(255, sample));
}
