import { MagickFormat } from "@imagemagick/magick-wasm";
import type { Raster } from "../../shared/image/raster.ts";
import { concat } from "./bytes.ts";
import { fileOf } from "./magick_files.ts";

/** The bytes of a strip or tile before they are compressed. */
export interface TiffPart {
  /** In pixels. */
  width: number;
  height: number;
  /** Row by row, rows padded to whole bytes. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Samples of a pixel in this part: 1, or 3 for RGB. */
  samples: number;
}

/** Compresses a strip or tile. */
export type TiffEncoder = (part: TiffPart) => Uint8Array | Promise<Uint8Array>;

/** Encoders of 8-bit samples, by the number of the compression. */
export const ENCODERS = {
  none: { compression: 1, encode: ({ bytes }: TiffPart) => bytes },
  LZW: { compression: 5, encode: ({ bytes }: TiffPart) => lzw(bytes) },
  JPEG: { compression: 7, encode: jpeg },
  Deflate: { compression: 8, encode: ({ bytes }: TiffPart) => deflate(bytes) },
  PackBits: { compression: 32_773, encode: packBits },
} satisfies Record<string, { compression: number; encode: TiffEncoder }>;

/** Encoders of 1-bit samples (1 = black), whose runs are multiples of 8 pixels, up to 48. */
export const FAX_ENCODERS = {
  "CCITT RLE": { compression: 2, encode: (part: TiffPart) => fax(part, faxRow, true) },
  "CCITT Group 3": {
    compression: 3,
    encode: (part: TiffPart) => fax(part, (runs) => "000000000001" + faxRow(runs), false),
  },
  "CCITT Group 4": { compression: 4, encode: (part: TiffPart) => fax(part, faxRow2d, false) },
} satisfies Record<string, { compression: number; encode: TiffEncoder }>;

/** Encodes with nine-bit codes, and clears the table before the codes grow. */
function lzw(bytes: Uint8Array): Uint8Array {
  const codes = Array.from(bytes).flatMap((byte, i) => i % 200 === 0 ? [256, byte] : [byte]);
  return bitsOf([...codes, 257].map((code) => code.toString(2).padStart(9, "0")).join(""));
}

/** Encodes with literal runs only, which restart with each row. */
function packBits({ bytes, height }: TiffPart): Uint8Array {
  const row = bytes.length / height;
  const runs: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Math.min(128, row - at % row);
    runs.push(concat([length - 1], bytes.subarray(at, at + length)));
    at += length;
  }
  return concat(...runs);
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Encodes the part as a whole JPEG: grey, or YCbCr with colour at full resolution. */
function jpeg({ width, height, bytes, samples }: TiffPart): Promise<Uint8Array> {
  const image: Raster = { width, height, data: new Uint8ClampedArray(width * height * 4) };
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = bytes[samples * i + c % samples];
    image.data[4 * i + 3] = 255;
  }
  const format = MagickFormat.Jpeg;
  return fileOf(image, format, {
    quality: 100,
    edit: (picture) => {
      picture.settings.setDefine(format, "sampling-factor", "4:4:4");
      if (samples === 1) picture.grayscale();
    },
  });
}

function fax(
  { bytes, width, height }: TiffPart,
  encodeRow: (runs: number[]) => string,
  aligned: boolean,
): Uint8Array {
  let bits = "";
  for (let y = 0; y < height; y++) {
    const row = bytes.subarray(y * width / 8, (y + 1) * width / 8);
    bits += encodeRow(runsOf(row));
    if (aligned) bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  }
  return bitsOf(bits);
}

/** Measures the runs of a row of whole bytes, white first. */
function runsOf(row: Uint8Array): number[] {
  const runs = [0];
  for (const byte of row) {
    const black = runs.length % 2 === 0;
    if (black === (byte === 0xff)) runs[runs.length - 1] += 8;
    else runs.push(8);
  }
  return runs;
}

const WHITE: Record<number, string> = {
  0: "00110101",
  8: "10011",
  16: "101010",
  24: "0101000",
  32: "00011011",
  40: "00101001",
  48: "00001011",
};
const BLACK: Record<number, string> = {
  0: "0000110111",
  8: "000101",
  16: "0000010111",
  24: "00000010111",
  32: "000001101010",
  40: "000001101100",
  48: "000001100100",
};

function faxRow(runs: number[]): string {
  return runs.map((run, i) => (i % 2 ? BLACK : WHITE)[run]).join("");
}

/** Encodes a row in horizontal mode: pairs of runs, white first. */
function faxRow2d(runs: number[]): string {
  const even = runs.length % 2 ? [...runs, 0] : runs;
  let bits = "";
  for (let i = 0; i < even.length; i += 2) bits += "001" + WHITE[even[i]] + BLACK[even[i + 1]];
  return bits;
}

function bitsOf(bits: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (let i = 0; i < bits.length; i++) bytes[i >> 3] |= Number(bits[i]) << (7 - i % 8);
  return bytes;
}
