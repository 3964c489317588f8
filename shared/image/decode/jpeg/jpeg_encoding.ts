import { AppError } from "../../../errors.ts";
import { HIERARCHICAL, JPEG_LS, type JpegHeader } from "./jpeg_header.ts";

/** The coding processes that the decoder does: baseline, extended, progressive, and the latter two in arithmetic coding. */
const READ = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);

/** Bits of a sample that the decoder gives back for a grey picture too: of 12 it fails as if memory had run out. */
const READ_PRECISION = 8;

/** Grey, three colours, four inks; two components have no meaning that the decoder knows. */
const READ_COMPONENTS = new Set([1, 3, 4]);

/** The names of the other processes, by the second byte of the frame's marker. */
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
 * Finds a JPEG whose encoding is not read, before anything is decoded: stops lossless frames, of which ImageMagick reads
 * some at full size only and ends over others, and gives the rest a sentence of its own instead of "damaged".
 *
 * @param header The markers' facts.
 * @returns `unsupported_image_encoding`, or `null` for an encoding that is read.
 */
export function unreadJpegEncoding(header: JpegHeader): AppError | null {
  const encoding = unreadEncoding(header);
  if (encoding === null) return null;
  return new AppError(
    "unsupported_image_encoding",
    `The photo is ${encoding}, which is not read. Save it as a baseline or progressive JPEG of 8 bits a sample.`,
    { details: { format: "jpeg", encoding } },
  );
}

function unreadEncoding({ process, precision, components, width, height }: JpegHeader) {
  if (!READ.has(process)) return NAMES[process];
  if (precision !== READ_PRECISION) return `a JPEG of ${precision} bits a sample`;
  if (components === 0) return null; // damage
  if (!READ_COMPONENTS.has(components)) return `a JPEG of ${components} colour components`;
  return height === 0 && width !== 0 ? "a JPEG without its height in the header (DNL)" : null;
}
