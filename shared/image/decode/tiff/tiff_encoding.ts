import { AppError } from "../../../errors.ts";
import type { TiffHeader } from "./tiff_header.ts";

/** Compressions that the decoder supports, by number, with the only bits per sample of each; 0 means any. */
const READ: ReadonlyMap<number, number> = new Map([
  [1, 0], // none
  [2, 1], // CCITT RLE
  [3, 1], // CCITT Group 3
  [4, 1], // CCITT Group 4
  [5, 0], // LZW
  [6, 8], // JPEG of TIFF 6.0
  [7, 8], // JPEG
  [8, 0], // Deflate
  [32_766, 2], // NeXT
  [32_771, 1], // CCITT RLE, rows of whole words
  [32_773, 0], // PackBits
  [32_809, 4], // ThunderScan
  [32_909, 8], // PixarLog
  [32_946, 0], // Deflate's older number
]);

/** The names of compressions for the error message; other compressions appear by number. */
const COMPRESSIONS: Readonly<Record<number, string>> = {
  2: "CCITT RLE",
  3: "CCITT Group 3",
  4: "CCITT Group 4",
  6: "JPEG",
  7: "JPEG",
  9: "JBIG",
  10: "JBIG",
  32_766: "NeXT",
  32_771: "CCITT RLE",
  32_809: "ThunderScan",
  32_908: "PixarFilm",
  32_909: "PixarLog",
  34_661: "JBIG",
  34_676: "SGILog",
  34_677: "SGILog",
  34_712: "JPEG 2000",
  34_887: "LERC",
  34_892: "lossy JPEG (DNG)",
  34_925: "LZMA",
  50_000: "Zstandard",
  50_001: "WebP",
  50_002: "JPEG XL",
  52_546: "JPEG XL",
};

/** Colour models that the decoder supports, by number, with the minimum samples per pixel of each. */
const FEWEST_SAMPLES: ReadonlyMap<number, number> = new Map([
  [0, 1], // grey, 0 is white
  [1, 1], // grey
  [2, 3], // RGB
  [3, 1], // palette
  [5, 4], // CMYK
  [6, 3], // YCbCr
  [8, 3], // CIE Lab
]);

/** The names of colour models for the error message. */
const MODELS: Readonly<Record<number, string>> = {
  2: "RGB",
  4: "transparency mask",
  5: "CMYK",
  6: "YCbCr",
  8: "CIE Lab",
  9: "ICC Lab",
  10: "ITU Lab",
  32_803: "raw sensor data (CFA)",
  32_844: "LogL",
  32_845: "LogLuv",
  34_892: "linear raw",
};

/** Sample formats that are read: unsigned integers, and undefined ones, which are read as unsigned integers. */
const UNSIGNED = new Set([1, 4]);
const FLOATING_POINT = 3;
const FORMATS: Readonly<Record<number, string>> = {
  2: "signed whole numbers",
  5: "complex whole numbers",
  6: "complex numbers",
};
const FLOATING_POINT_BITS = new Set([16, 24, 32, 64]);

/**
 * Refuses a TIFF with an unsupported encoding before decoding. The decoder reports most of them as damage and reads
 * others wrongly (signed numbers, RGB with 24 bits per sample, the preview of a raw file).
 *
 * @param header The first directory's facts.
 * @returns `unsupported_image_encoding`, or `null` for a supported encoding.
 */
export function unreadTiffEncoding(header: TiffHeader): AppError | null {
  const encoding = unreadEncoding(header);
  if (encoding === null) return null;
  return new AppError(
    "unsupported_image_encoding",
    `The photo is ${encoding}, which is not supported. Save it as a JPEG, or as a TIFF of 8 or 16 bits a sample, uncompressed or ` +
      "compressed with LZW, Deflate, PackBits or JPEG.",
    { details: { format: "tiff", encoding } },
  );
}

function unreadEncoding(header: TiffHeader): string | null {
  const { compression, photometric, samplesPerPixel, bitsPerSample, sampleFormat } = header;
  if (header.preview) return "a camera's raw file, whose first picture is a preview";
  const onlyBits = READ.get(compression);
  if (onlyBits === undefined) return `a TIFF compressed with ${nameOf(compression, COMPRESSIONS)}`;
  const fewest = FEWEST_SAMPLES.get(photometric);
  if (fewest === undefined) return `a TIFF of the colour model ${nameOf(photometric, MODELS)}`;
  if (samplesPerPixel < fewest) {
    return `a TIFF of ${
      nameOf(photometric, MODELS)
    } with ${samplesPerPixel} of ${fewest} samples a pixel`;
  }
  if (onlyBits > 0 && bitsPerSample !== onlyBits) {
    return `a TIFF of ${bitsPerSample} bits a sample compressed with ${
      nameOf(compression, COMPRESSIONS)
    }`;
  }
  if (sampleFormat === FLOATING_POINT) {
    return FLOATING_POINT_BITS.has(bitsPerSample)
      ? null
      : `a TIFF of floating-point numbers of ${bitsPerSample} bits`;
  }
  if (!UNSIGNED.has(sampleFormat)) return `a TIFF of ${FORMATS[sampleFormat] ?? "unknown samples"}`;
  const wide = bitsPerSample > 16 && bitsPerSample !== 32;
  return wide || bitsPerSample === 0 ? `a TIFF of ${bitsPerSample} bits a sample` : null;
}

function nameOf(value: number, names: Readonly<Record<number, string>>): string {
  return names[value] ?? `number ${value}`;
}
