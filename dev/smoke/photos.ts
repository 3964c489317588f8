import { decodePhoto } from "../../shared/image/decode/decode.ts";
import { encode } from "../../shared/image/encode/encode.ts";
import { inspectPhoto } from "../../shared/image/decode/inspect_photo.ts";
import type { Raster, Size } from "../../shared/image/raster.ts";
import { SmokeFailure } from "./client.ts";

/** Reads a file of fixtures/. */
export function photo(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(`../../fixtures/${name}`, import.meta.url));
}

/** Copies a picture to a unique file, with a random comment, so that no stored result matches it. */
export function neverSeen(jpeg: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const comment = new TextEncoder().encode(crypto.randomUUID());
  const file = new Uint8Array(jpeg.length + comment.length + 4);
  file.set(jpeg.subarray(0, 2)); // the file's first marker
  file.set([0xff, 0xfe, 0, comment.length + 2], 2);
  file.set(comment, 6);
  file.set(jpeg.subarray(2), 6 + comment.length);
  return file;
}

/** Sides of the random corner and of its blocks, in pixels. */
const CORNER_PX = { side: 64, block: 16 };

/** Creates a unique picture, with random grey blocks in a corner, so that no cached cutout matches it. */
export async function neverSeenPicture(
  jpeg: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const picture = await pixelsOf(jpeg);
  const { side, block } = CORNER_PX;
  const perRow = side / block;
  const levels = crypto.getRandomValues(new Uint8Array(perRow ** 2));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = (y * picture.width + x) * 4;
      picture.data.fill(levels[Math.floor(y / block) * perRow + Math.floor(x / block)], at, at + 3);
    }
  }
  return await encode(picture, "jpeg", 90);
}

async function pixelsOf(file: Uint8Array<ArrayBuffer>): Promise<Raster> {
  const header = inspectPhoto(file, { maxPixels: 120_000_000 });
  if (!header.ok) throw header.error;
  const decoded = await decodePhoto(file, header.value, 16_384);
  if (!decoded.ok) throw decoded.error;
  using picture = decoded.value;
  return picture.read({ x: 0, y: 0, ...picture.size });
}

/**
 * Decodes a picture and returns its size.
 *
 * @throws {SmokeFailure} If it cannot be decoded.
 */
export async function measure(file: Uint8Array<ArrayBuffer>): Promise<Size> {
  const header = inspectPhoto(file, { maxPixels: 120_000_000 });
  const decoded = header.ok ? await decodePhoto(file, header.value, 16_384) : header;
  if (!decoded.ok) throw new SmokeFailure(`it cannot be decoded: ${decoded.error.message}`);
  using picture = decoded.value;
  if (picture.damaged) throw new SmokeFailure("it is damaged");
  return picture.size;
}
