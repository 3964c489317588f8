import type { Rect } from "../raster.ts";

/** Header lengths, in bytes: of a RIFF file, of a chunk, and of a frame before its own chunks. */
const FILE_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const FRAME_HEADER_BYTES = 16;

/** The bits of a VP8X chunk's first byte. */
const HAS_PROFILE = 0x20;
const HAS_ALPHA = 0x10;
const IS_ANIMATED = 0x02;

/**
 * Turns an animated WebP's first frame into a still picture. The engine would decode every frame on a canvas of the
 * full size, so this stops files of thousands of frames.
 *
 * @param file The file.
 * @returns A new file of the frame's size, or the same one if it is not animated or cannot be parsed.
 */
export function firstWebpFrame(file: Uint8Array): Uint8Array {
  const found = findFrame(file);
  return found === null ? file : still(found.data, found.profile);
}

/**
 * Finds the place of an animated WebP's first frame on its canvas.
 *
 * @param file A file with a WebP's signature.
 * @returns The frame's rectangle, or `null` if the file is not animated or cannot be parsed.
 */
export function firstWebpFrameRect(file: Uint8Array): Rect | null {
  const data = findFrame(file)?.data;
  if (data === undefined || data.length < FRAME_HEADER_BYTES) return null;
  const le24 = (at: number) => data[at] | (data[at + 1] << 8) | (data[at + 2] << 16);
  return { x: 2 * le24(0), y: 2 * le24(3), width: le24(6) + 1, height: le24(9) + 1 };
}

/** Finds the data of the first frame's chunk, and the whole profile chunk if one precedes it. */
function findFrame(file: Uint8Array): { data: Uint8Array; profile: Uint8Array | null } | null {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const first = chunkAt(view, FILE_HEADER_BYTES);
  if (first?.name !== "VP8X" || !(file[first.from] & IS_ANIMATED)) return null;
  let profile: Uint8Array | null = null;
  for (let at = first.next;;) {
    const chunk = chunkAt(view, at);
    if (chunk === null) return null;
    if (chunk.name === "ICCP") profile = file.subarray(at, chunk.next);
    if (chunk.name === "ANMF") return { data: file.subarray(chunk.from, chunk.to), profile };
    at = chunk.next;
  }
}

/** Builds a file from a frame's chunks, with the frame's size. */
function still(frame: Uint8Array, profile: Uint8Array | null): Uint8Array {
  const chunks = frame.subarray(FRAME_HEADER_BYTES);
  const alpha = chunks[0] === 0x41 || chunks[3] === 0x4c; // its first chunk is "ALPH", or "VP8L"
  const flags = (profile ? HAS_PROFILE : 0) | (alpha ? HAS_ALPHA : 0);
  const before = FILE_HEADER_BYTES + CHUNK_HEADER_BYTES + 10;
  const file = new Uint8Array(before + (profile?.length ?? 0) + chunks.length);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode("RIFF\0\0\0\0WEBPVP8X"));
  view.setUint32(4, file.length - CHUNK_HEADER_BYTES, true);
  view.setUint32(16, 10, true);
  file[20] = flags;
  file.set(frame.subarray(6, 12), 24);
  if (profile) file.set(profile, before);
  file.set(chunks, file.length - chunks.length);
  return file;
}

/** A chunk's name, the range of its data, and the offset of the next chunk. */
interface Chunk {
  name: string;
  from: number;
  to: number;
  next: number;
}

function chunkAt(view: DataView, at: number): Chunk | null {
  const from = at + CHUNK_HEADER_BYTES;
  if (from > view.byteLength) return null;
  const length = view.getUint32(at + 4, true);
  if (from + length > view.byteLength) return null;
  const name = String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
  return { name, from, to: from + length, next: from + length + (length & 1) };
}
