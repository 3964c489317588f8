import {
  AC_CODES,
  bitsOf,
  DC_CODES,
  divisorsOf,
  ZIGZAG,
} from "../../shared/image/encode/jpeg/jpeg_tables.ts";

/** A plane of samples whose sides are whole units. */
interface Plane {
  stride: number;
  samples: Uint8Array;
}

/**
 * The twin of `kernels/assembly/jpeg.ts`: the data of a JPEG with colours in half the size.
 *
 * @param rgb The pixels, RGB of 8 bits.
 * @param width The picture's width.
 * @param quantisation The tables of luminance and of colour, row-major.
 */
export function jpegData(
  rgb: Uint8Array,
  width: number,
  quantisation: readonly Uint8Array[],
): number[] {
  const height = rgb.length / 3 / width;
  const [units, unitRows] = [Math.ceil(width / 16), Math.ceil(height / 16)];
  const [luminance, blue, red] = planesOf(rgb, width, height, units, unitRows);
  const writer = new JpegBits();
  const encoders = [luminance, halved(blue, height), halved(red, height)].map((plane, i) =>
    new BlockEncoder(plane, quantisation[Math.min(i, 1)], Math.min(i, 1), writer)
  );
  for (let row = 0; row < unitRows; row++) {
    for (let unit = 0; unit < units; unit++) {
      for (const [y, x] of [[0, 0], [0, 1], [1, 0], [1, 1]]) {
        const [top, left] = [row * 16 + y * 8, unit * 16 + x * 8];
        // A block outside the picture has the DC of the one before it.
        if (top < height && left < width) encoders[0].encode(left, top);
        else encoders[0].encodeEmpty();
      }
      for (const encoder of encoders.slice(1)) encoder.encode(unit * 8, row * 8);
    }
  }
  return writer.finish();
}

/** Converts pixels to luminance and colours. Pixels outside the picture repeat those of its edge. */
function planesOf(
  rgb: Uint8Array,
  width: number,
  height: number,
  units: number,
  unitRows: number,
): Plane[] {
  const stride = units * 16;
  const planes = [0, 1, 2].map(() => ({ stride, samples: new Uint8Array(stride * unitRows * 16) }));
  for (let y = 0; y < unitRows * 16; y++) {
    for (let x = 0; x < stride; x++) {
      const from = (Math.min(y, height - 1) * width + Math.min(x, width - 1)) * 3;
      const [r, g, b] = rgb.subarray(from, from + 3);
      const centre = (128 << 16) + 32_767;
      const at = y * stride + x;
      planes[0].samples[at] = (19_595 * r + 38_470 * g + 7_471 * b + 32_768) >> 16;
      planes[1].samples[at] = (-11_059 * r - 21_709 * g + 32_768 * b + centre) >> 16;
      planes[2].samples[at] = (32_768 * r - 27_439 * g - 5_329 * b + centre) >> 16;
    }
  }
  return planes;
}

/** Halves a plane. Rows below the picture repeat the last row of the result. */
function halved({ stride, samples }: Plane, height: number): Plane {
  const half = { stride: stride / 2, samples: new Uint8Array(samples.length / 4) };
  half.samples.forEach((_, at) => {
    const x = at % half.stride;
    const y = Math.min(Math.floor(at / half.stride), Math.ceil(height / 2) - 1);
    const from = y * 2 * stride + x * 2;
    const sum = samples[from] + samples[from + 1] + samples[from + stride] +
      samples[from + stride + 1];
    half.samples[at] = (sum + 1 + x % 2) >> 2;
  });
  return half;
}

/** Encodes the blocks of a plane. */
class BlockEncoder {
  readonly #plane: Plane;
  readonly #divisors: number[];
  readonly #dcCodes: Uint32Array;
  readonly #acCodes: Uint32Array;
  readonly #writer: JpegBits;
  #dc = 0;

  constructor(plane: Plane, quantisation: Uint8Array, kind: number, writer: JpegBits) {
    this.#plane = plane;
    this.#divisors = divisorsOf(quantisation);
    this.#dcCodes = bitsOf(DC_CODES[kind], 16);
    this.#acCodes = bitsOf(AC_CODES[kind], 256);
    this.#writer = writer;
  }

  encode(left: number, top: number): void {
    const { stride, samples } = this.#plane;
    const block = Array.from(
      { length: 64 },
      (_, i) => samples[(top + (i >> 3)) * stride + left + (i & 7)] - 128,
    );
    for (let y = 0; y < 8; y++) transform(block, y * 8, 1);
    for (let x = 0; x < 8; x++) transform(block, x, 8);
    const values = block.map((value, i) => {
      const divisor = this.#divisors[i];
      const whole = Math.floor((Math.abs(value) + (divisor >> 1)) / divisor);
      return value < 0 ? -whole : whole;
    });
    this.#write(this.#dcCodes, 0, values[0] - this.#dc);
    this.#dc = values[0];
    let zeros = 0;
    for (const place of ZIGZAG.subarray(1)) {
      const value = values[place];
      if (value === 0) {
        zeros++;
        continue;
      }
      for (; zeros > 15; zeros -= 16) this.#writer.write(this.#acCodes[0xf0], 0, 0);
      this.#write(this.#acCodes, zeros, value);
      zeros = 0;
    }
    if (zeros > 0) this.#writer.write(this.#acCodes[0], 0, 0);
  }

  encodeEmpty(): void {
    this.#write(this.#dcCodes, 0, 0);
    this.#writer.write(this.#acCodes[0], 0, 0);
  }

  #write(codes: Uint32Array, zeros: number, value: number): void {
    const length = 32 - Math.clz32(Math.abs(value));
    const rest = (value < 0 ? value - 1 : value) & ((1 << length) - 1);
    this.#writer.write(codes[(zeros << 4) | length], rest, length);
  }
}

/** Transforms eight values of a block, in place, by the method of Arai, Agui and Nakajima in whole numbers. */
function transform(block: number[], at: number, step: number): void {
  const d = Array.from({ length: 8 }, (_, i) => block[at + i * step]);
  const [s0, s1, s2, s3] = [0, 1, 2, 3].map((i) => d[i] + d[7 - i]);
  const [t7, t6, t5, t4] = [0, 1, 2, 3].map((i) => d[i] - d[7 - i]);
  const times = (value: number, factor: number) => (value * factor) >> 8;
  const [e10, e11, e13] = [s0 + s3, s1 + s2, s0 - s3];
  const z1 = times(s1 - s2 + e13, 181);
  const [o10, o11, o12] = [t4 + t5, t5 + t6, t6 + t7];
  const z5 = times(o10 - o12, 98);
  const z2 = times(o10, 139) + z5;
  const z4 = times(o12, 334) + z5;
  const z3 = times(o11, 181);
  const [z11, z13] = [t7 + z3, t7 - z3];
  const result = [
    ...[e10 + e11, z11 + z4, e13 + z1, z13 - z2],
    ...[e10 - e11, z13 + z2, e13 - z1, z11 - z4],
  ];
  result.forEach((value, i) => block[at + i * step] = value);
}

/** Writes bits, the first one highest; a byte of ones is followed by a zero. */
export class JpegBits {
  readonly #bytes: number[] = [];
  #pending = 0;
  #count = 0;

  /** Writes a code, which has its length in its lowest 8 bits, and a value of some bits. */
  write(code: number, value: number, length: number): void {
    this.#add(code >>> 8, code & 255);
    this.#add(value, length);
  }

  /** Fills up the last byte with ones. */
  finish(): number[] {
    const missing = (8 - this.#count) % 8;
    this.#add((1 << missing) - 1, missing);
    return this.#bytes;
  }

  #add(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#pending = (this.#pending << 1) | ((value >> bit) & 1);
      if (++this.#count < 8) continue;
      this.#bytes.push(this.#pending);
      if (this.#pending === 255) this.#bytes.push(0);
      this.#pending = this.#count = 0;
    }
  }
}
