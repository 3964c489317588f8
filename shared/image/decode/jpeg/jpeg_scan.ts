import { JpegBits } from "./jpeg_bits.ts";
import { type ProgressiveBlocks, readBlock, readDc } from "./jpeg_blocks.ts";
import type { JpegCodes } from "./jpeg_codes.ts";
import type { BandBits } from "./jpeg_coverage.ts";
import type { JpegComponent } from "./jpeg_frame.ts";
import type { Size } from "../../raster.ts";

/** A component of a scan, with its code tables. */
export interface ScanPart {
  component: JpegComponent;
  dc?: JpegCodes;
  ac?: JpegCodes;
}

/** A scan, as its header describes it. */
export interface JpegScan {
  parts: ScanPart[];
  band: BandBits;
  /** Number of units across and down: blocks of a single component, or groups of blocks of several. */
  units: Size;
  /** Number of units between two restart markers; 0 without restart markers. */
  interval: number;
  /** State of a progressive scan's AC coefficients; unset for other scans. */
  blocks?: ProgressiveBlocks;
  /** Called for each unit, with the offset of the next byte; `false` stops the work. */
  mayGoOn(at: number): boolean;
}

/** The completeness of a scan. */
export interface ScanData {
  /** The available share of its units, 0 to 1. */
  share: number;
  isCorrupt: boolean;
  /** Offset of the marker behind the scan. */
  at: number;
}

/**
 * Parses a scan's data.
 *
 * @param file The file.
 * @param at Offset of the data.
 * @param end End of the file's data.
 * @param scan The scan.
 * @returns The findings, or `null` if a code table is missing, or if the work was stopped.
 */
export function readJpegScan(
  file: Uint8Array,
  at: number,
  end: number,
  scan: JpegScan,
): ScanData | null {
  const bits = new JpegBits(file, at, end);
  const readUnit = unitReader(scan);
  if (!readUnit) return null;
  const all = scan.units.width * scan.units.height;
  const interval = scan.interval || all;
  let [done, isCorrupt] = [0, false];
  for (let from = 0; from < all; from += interval) {
    if (from > 0) {
      if (bits.endInterval().unread > 0) isCorrupt = true;
      if (!bits.takeRestart(from / interval - 1)) break;
      if (done < from) isCorrupt = true; // an interval is too short, but others follow
      scan.blocks?.restart();
    }
    const until = Math.min(all, from + interval);
    for (let unit = from; unit < until; unit++) {
      if (!scan.mayGoOn(bits.at)) return null;
      const passed = scan.blocks?.passRun(bits, scan.band, unit, until - unit) ?? 0;
      done += passed;
      unit += passed;
      if (unit === until || bits.ranOut) break;
      const isSound = readUnit(bits, unit);
      if (bits.ranOut) break;
      isCorrupt ||= !isSound;
      done++;
    }
  }
  const behind = bits.fork();
  const { unread, isFilled } = bits.endInterval();
  // In sound data, fill bits of ones follow the last unit. If a fault has shifted the data, it can end anywhere.
  const isMoved = unread > 0 && (!isFilled || (!scan.blocks && hasUnits(behind, readUnit)));
  isCorrupt ||= bits.isCorrupt || isMoved;
  return { share: done / all, isCorrupt, at: bits.at };
}

/** Maximum surplus units to try behind the last one; a fault shifts the data by only a few. */
const MAX_SURPLUS_UNITS = 256;

/** Checks whether whole units fill the data up to its end. Behind the last one, a fault has shifted them. */
function hasUnits(bits: JpegBits, readUnit: ReadUnit): boolean {
  for (let count = 0; count < MAX_SURPLUS_UNITS && !bits.isAtEnd; count++) {
    if (!readUnit(bits, 0) || bits.ranOut || bits.isCorrupt) return false;
  }
  return bits.isAtEnd;
}

/** Reads a unit. Returns false if it is inconsistent. */
type ReadUnit = (bits: JpegBits, unit: number) => boolean;

function unitReader({ parts, band, blocks }: JpegScan): ReadUnit | null {
  const [{ ac }] = parts;
  if (blocks) return ac ? (bits, unit) => blocks.read(bits, ac, band, unit) : null;
  const isDcOnly = band.last === 0;
  if (isDcOnly && band.refines) {
    const count = parts.length === 1 ? 1 : parts.reduce((sum, part) => sum + blocksOf(part), 0);
    return (bits) => {
      for (let left = count; left > 0; left -= 16) bits.take(Math.min(left, 16));
      return true;
    };
  }
  const readers: ((bits: JpegBits) => boolean)[] = [];
  for (const part of parts) {
    const { dc, ac } = part;
    if (!dc || (!isDcOnly && !ac)) return null;
    const read = isDcOnly
      ? (bits: JpegBits) => readDc(bits, dc)
      : (bits: JpegBits) => readBlock(bits, dc, ac!);
    const count = parts.length === 1 ? 1 : blocksOf(part);
    for (let i = 0; i < count; i++) readers.push(read);
  }
  return (bits) => {
    let isSound = true;
    for (const read of readers) isSound = read(bits) && isSound;
    return isSound;
  };
}

function blocksOf({ component: { across, down } }: ScanPart): number {
  return across * down;
}
