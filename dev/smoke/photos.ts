import { decodePhoto } from "../../shared/image/decode.ts";
import { inspectPhoto } from "../../shared/image/inspect_photo.ts";
import type { Size } from "../../shared/image/raster.ts";
import { SmokeFailure } from "./client.ts";

/** A file of fixtures/. */
export function photo(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(`../../fixtures/${name}`, import.meta.url));
}

/** The same picture as a file that nobody has seen before: with a comment of random text. Nothing kept can answer it. */
export function neverSeen(jpeg: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const comment = new TextEncoder().encode(crypto.randomUUID());
  const file = new Uint8Array(jpeg.length + comment.length + 4);
  file.set(jpeg.subarray(0, 2)); // the file's first marker
  file.set([0xff, 0xfe, 0, comment.length + 2], 2);
  file.set(comment, 6);
  file.set(jpeg.subarray(2), 6 + comment.length);
  return file;
}

/**
 * Decodes a picture, and measures it.
 *
 * @throws {SmokeFailure} If it can not be decoded.
 */
export async function measure(file: Uint8Array<ArrayBuffer>): Promise<Size> {
  const header = inspectPhoto(file, { maxPixels: 64_000_000 });
  const decoded = header.ok ? await decodePhoto(file, header.value, 16_384) : header;
  if (!decoded.ok) throw new SmokeFailure(`it can not be decoded: ${decoded.error.message}`);
  using picture = decoded.value;
  if (picture.damaged) throw new SmokeFailure("it is damaged");
  return picture.size;
}
