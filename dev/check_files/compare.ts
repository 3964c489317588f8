import { INPUT_FORMATS } from "../../shared/image/image_format.ts";
import type { Raster, Size } from "../../shared/image/raster.ts";
import type { Picture, Reading } from "./reading.ts";
import { similarity } from "./similarity.ts";
import { turned, type TurnName, TURNS } from "./turned.ts";

/** The kinds of outcome, the worst first, and whether the function reads a file worse than the other reader does. */
export const OUTCOMES = {
  "crashed": true,
  "refused": true,
  "orientation": true,
  "size": true,
  "pixels": true,
  "called damaged": true,
  "type not supported": false,
  "read by the function only": false,
  "refused by both": false,
  "the same": false,
} as const satisfies Record<string, boolean>;

/** The outcome of comparing two readings. */
export type Outcome = keyof typeof OUTCOMES;

/** Two readings compared. */
export interface Verdict {
  outcome: Outcome;
  /** A description of the difference. */
  detail: string;
  /** Similarity in dB, where pixels were compared. */
  psnr?: number;
}

/** Other names of the types that the function reads. */
const OTHER_NAMES: Record<string, string> = { jpg: "jpeg", mpo: "jpeg", dib: "bmp" };

/**
 * Compares what the function and another reader make of a file.
 *
 * @param ours The function's reading.
 * @param theirs The other reader's.
 * @param minPsnr Similarity below which pixels differ, in dB.
 */
export function compareReadings(ours: Reading, theirs: Reading, minPsnr: number): Verdict {
  if (ours.status === "crashed") return { outcome: "crashed", detail: ours.reason };
  if (theirs.status !== "read") {
    return ours.status === "read"
      ? { outcome: "read by the function only", detail: theirs.reason }
      : { outcome: "refused by both", detail: ours.reason };
  }
  if (ours.status === "read") return comparePictures(ours, theirs, minPsnr);
  const isOtherType = ours.reason.endsWith(" unsupported_image_type") && !isSupported(theirs);
  return isOtherType
    ? { outcome: "type not supported", detail: theirs.format }
    : { outcome: "refused", detail: `${ours.reason}, ${theirs.format} of ${textOf(theirs.size)}` };
}

function comparePictures(ours: Picture, theirs: Picture, minPsnr: number): Verdict {
  const { width, height } = ours.size;
  if (width === theirs.size.width && height === theirs.size.height) {
    return comparePixels(ours, theirs, minPsnr);
  }
  const isTurned = width === theirs.size.height && height === theirs.size.width;
  const turn = isTurned ? turnOf(ours.image, theirs.image, minPsnr) : undefined;
  const detail = `${textOf(ours.size)}, not ${textOf(theirs.size)}`;
  return isTurned
    ? { outcome: "orientation", detail: turn ? `${turn}: ${detail}` : detail }
    : { outcome: "size", detail };
}

function comparePixels(ours: Picture, theirs: Picture, minPsnr: number): Verdict {
  if (!ours.image || !theirs.image) throw new TypeError("A picture without pixels.");
  const psnr = similarity(ours.image, theirs.image);
  if (psnr < minPsnr) {
    const turn = turnOf(ours.image, theirs.image, minPsnr);
    if (turn) return { outcome: "orientation", detail: turn, psnr };
    return { outcome: "pixels", detail: `below ${minPsnr} dB`, psnr };
  }
  return ours.isDamaged && !theirs.isDamaged
    ? { outcome: "called damaged", detail: "warning image_damaged", psnr }
    : { outcome: "the same", detail: "", psnr };
}

/** Finds the turn of the function's picture, if that is the only difference. */
function turnOf(ours?: Raster, theirs?: Raster, minPsnr = 0): TurnName | undefined {
  if (!ours || !theirs) return undefined;
  return (Object.keys(TURNS) as TurnName[]).find((name) => {
    const { swaps } = TURNS[name];
    const width = swaps ? theirs.height : theirs.width;
    const height = swaps ? theirs.width : theirs.height;
    if (width !== ours.width || height !== ours.height) return false;
    return similarity(ours, turned(theirs, name)) >= minPsnr;
  });
}

function isSupported({ format }: Picture): boolean {
  const name = format.toLowerCase();
  return (INPUT_FORMATS as readonly string[]).includes(OTHER_NAMES[name] ?? name);
}

function textOf({ width, height }: Size): string {
  return `${width} x ${height}`;
}
