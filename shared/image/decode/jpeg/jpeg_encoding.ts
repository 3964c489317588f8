import { AppError } from "../../../errors.ts";
import { HIERARCHICAL, JPEG_LS, type JpegHeader } from "./jpeg_header.ts";

/** Supported coding processes: baseline, extended and progressive; the latter two also with arithmetic coding. */
const READ = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);

/** The sample depth that the decoder supports, for grey pictures too: with 12 bits it fails as if memory had run out. */
const READ_PRECISION = 8;

/** Supported component counts: grey, three colours, four inks. The decoder knows no meaning of two components. */
const READ_COMPONENTS = new Set([1, 3, 4]);

/** The names of the unsupported processes, by the second byte of the frame's marker. */
const NAMES: Record<number, string> = {
  0xc3: "a lossless JPEG (SOF3)",
  0xc5: "a hierarchical JPEG (SOF5)",
  0xc6: "a hierarchical JPEG (SOF6)",
  0xc7: "a hierarchical JPEG (SOF7)",
  0xc8: "a JPEG with extensions (JPG)",
  0xcb: "a lossless JPEG (SOF11)",
  0xcd: "a hierarchical JPEG (SOF13)",
  0xce: "a hierarchical JPEG (SOF14)",
  0xcf: "a hierarchical JPEG (SOF15)",
  [HIERARCHICAL]: "a hierarchical JPEG (DHP)",
  [JPEG_LS]: "a JPEG-LS",
};

/**
 * Refuses a JPEG with an unsupported encoding before decoding. This stops lossless frames, some of which ImageMagick
 * reads only at full size while others crash it. The other encodings get a specific message instead of "damaged".
 *
 * @param header The facts from the markers.
 * @returns `unsupported_image_encoding`, or `null` for a supported encoding.
 */
export function unreadJpegEncoding(header: JpegHeader): AppError | null {
  const encoding = unreadEncoding(header);
  if (encoding === null) return null;
  return new AppError(
    "unsupported_image_encoding",
    `The photo is ${encoding}, which is not supported. Save it as a baseline or progressive JPEG of 8 bits a sample.`,
    { details: { format: "jpeg", encoding } },
  );
}

function unreadEncoding({ process, precision, components, width, height }: JpegHeader) {
  if (!READ.has(process)) return NAMES[process];
  if (precision !== READ_PRECISION) return `a JPEG of ${precision} bits a sample`;
  if (components === 0) return null; // damaged
  if (!READ_COMPONENTS.has(components)) return `a JPEG of ${components} colour components`;
  return height === 0 && width !== 0 ? "a JPEG without its height in the header (DNL)" : null;
}
