import type { Rect, Size } from "../raster.ts";

/** Layout of a GIF before its first block: signature, screen, palette (`3 << n` bytes, if the flags announce one). */
const SCREEN_AT = 6;
const FLAGS_AT = 10;
const HEADER_BYTES = 13;
const HAS_PALETTE = 0x80;

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;

/** A picture's canvas and the place of its first frame on it. */
export interface FirstFrame {
  /** The canvas, large enough to contain the frame. */
  canvas: Size;
  frame: Rect;
}

/**
 * Finds a GIF's canvas and its first frame. A screen that is too small for the frame is enlarged, as in browsers.
 *
 * GIF89a, clauses 18 to 24. Each block is visited once; the image data is not read.
 *
 * @param file A file with a GIF's signature.
 * @returns The canvas and the frame, or `null` if the file ends before a frame.
 */
export function readGifFrame(file: Uint8Array): FirstFrame | null {
  let at = afterScreen(file);
  for (; at < file.length; at++) { // the decoder skips bytes between blocks
    if (file[at] === TRAILER) return null;
    if (file[at] === EXTENSION) at = endOfExtension(file, at);
    if (file[at] === IMAGE) break;
  }
  if (at + 8 >= file.length) return null;
  const [x, y, width, height] = [1, 3, 5, 7].map((offset) => le16(file, at + offset));
  const [screenWidth, screenHeight] = [le16(file, SCREEN_AT), le16(file, SCREEN_AT + 2)];
  const canvas = {
    width: Math.max(screenWidth, x + width),
    height: Math.max(screenHeight, y + height),
  };
  return { canvas, frame: { x, y, width, height } };
}

/** Checks whether more than `max` extensions precede the first frame. The decoder keeps each. */
export function hasManyGifExtensions(file: Uint8Array, max: number): boolean {
  let count = 0;
  for (let at = afterScreen(file); at < file.length; at++) {
    if (file[at] === TRAILER || file[at] === IMAGE) break;
    if (file[at] !== EXTENSION) continue;
    if (++count > max) return true;
    at = endOfExtension(file, at);
  }
  return false;
}

/** Returns the offset of the first block. */
function afterScreen(file: Uint8Array): number {
  const flags = file[FLAGS_AT];
  return HEADER_BYTES + (flags & HAS_PALETTE ? 3 << ((flags & 7) + 1) : 0);
}

/** Returns the offset of an extension's last byte, the empty block behind its data. */
function endOfExtension(file: Uint8Array, at: number): number {
  let block = at + 2;
  while (file[block]) block += 1 + file[block];
  return block;
}

function le16(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}
