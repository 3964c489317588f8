import { concat } from "./bytes.ts";
import { jpegFrame, segment } from "./jpeg_files.ts";

/**
 * A code table with the one-bit AC code 0: the next 14 bits, added to 16,384, are the number of blocks without
 * changes.
 */
const RUNS = [0x10, 1, ...new Array(15).fill(0), 0xe0];

/**
 * A progressive JPEG of 8000 x 8000 pixels. Each scan takes a hundred bytes and changes nothing; the end marker is
 * missing.
 *
 * @param scans The number of scans, at most 14 if they refine.
 * @param refines Whether each scan adds a bit to those before it.
 */
export function progressiveBomb(scans: number, refines: boolean): Uint8Array<ArrayBuffer> {
  const frame = jpegFrame({ marker: 0xc2, width: 8_000, height: 8_000, zeros: 0 });
  const parts: (Uint8Array | number[])[] = [
    frame.subarray(0, frame.lastIndexOf(0xda) - 1),
    segment(0xc4, RUNS),
  ];
  const bits = `0${"1".repeat(14)}`.repeat(31);
  for (let scan = 0; scan < scans; scan++) {
    const level = refines && scan > 0 ? ((14 - scan) << 4) | (13 - scan) : refines ? 13 : 0;
    parts.push(segment(0xda, [1, 1, 0, 1, 63, level]));
    for (let at = 0; at < bits.length; at += 8) {
      const byte = parseInt(bits.slice(at, at + 8).padEnd(8, "1"), 2);
      parts.push(byte === 0xff ? [0xff, 0] : [byte]);
    }
  }
  return concat(...parts);
}
