import type { Rgba } from "./pixels.ts";

/** The form of the samples of {@linkcode samplesOf}. */
export interface SampleForm {
  width: number;
  height: number;
  /** 1 grey, 3 RGB, 4 RGB and alpha. */
  samples: number;
  bits: number;
  /** 1 whole numbers, 3 floating point of 16, 24, 32 or 64 bits. */
  format: number;
  littleEndian: boolean;
}

/** Exponent and fraction bits of a floating-point number. */
const PARTS: Record<number, [exponent: number, fraction: number]> = {
  16: [5, 10],
  24: [7, 16],
  32: [8, 23],
  64: [11, 52],
};

/**
 * Makes the rows of an uncompressed TIFF: red rises to the right, green rises downwards, blue is a half; grey
 * rises to the right.
 */
export function samplesOf(form: SampleForm): {
  bytes: Uint8Array<ArrayBuffer>;
  /** The colour of a pixel, to the nearest of 256 levels. */
  colorAt: (x: number, y: number) => Rgba;
} {
  const { width, height, samples, bits, format, littleEndian } = form;
  const max = 2n ** BigInt(bits) - 1n;
  const share = (x: number, y: number, sample: number) =>
    [x / (width - 1), y / (height - 1), 0.5, 1][sample];
  const scaled = (value: number) => BigInt(Math.round(value * Number(max)));
  const rowBytes = Math.ceil(width * samples * bits / 8);
  const bytes = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    let row = "";
    for (let x = 0; x < width; x++) {
      for (let sample = 0; sample < samples; sample++) {
        const value = share(x, y, sample);
        const number = format === 3 ? floatBits(value, ...PARTS[bits]) : scaled(value);
        const text = number.toString(2).padStart(bits, "0");
        // samples of whole bytes have the file's byte order; others are bits, highest first
        row += littleEndian && bits % 8 === 0 ? text.match(/.{8}/g)!.reverse().join("") : text;
      }
    }
    for (let i = 0; i < rowBytes; i++) {
      bytes[y * rowBytes + i] = parseInt(row.slice(i * 8, i * 8 + 8).padEnd(8, "0"), 2);
    }
  }
  const level = (value: number) =>
    Math.round(255 * (format === 3 ? value : Number(scaled(value)) / Number(max)));
  const colorAt = (x: number, y: number): Rgba => {
    const [r, g, b] = [0, 1, 2].map((sample) => level(share(x, y, samples === 1 ? 0 : sample)));
    return [r, g, b, 255];
  };
  return { bytes, colorAt };
}

/** Encodes a number from 0 to 1 by the rules of IEEE 754, for any widths. */
function floatBits(value: number, exponentBits: number, fractionBits: number): bigint {
  if (value === 0) return 0n;
  const exponent = Math.floor(Math.log2(value));
  const fraction = Math.floor((value / 2 ** exponent - 1) * 2 ** fractionBits);
  const biased = exponent + 2 ** (exponentBits - 1) - 1;
  return (BigInt(biased) << BigInt(fractionBits)) | BigInt(fraction);
}
