import type { Mask, Rect, Size } from "../../shared/image/raster.ts";
import { decodePhoto } from "../../shared/image/decode/decode.ts";
import type { DecodedPhoto } from "../../shared/image/decode/decoded_photo.ts";
import { inspectPhoto } from "../../shared/image/decode/inspect_photo.ts";
import type { Result } from "../../shared/lib/result.ts";
import { rasterOf } from "./magick_files.ts";

/** A test photograph with its facts from fixtures/README.md, upright. */
export interface Fixture {
  name: string;
  size: Size;
  /** The bounding box of the mask's values above a half. */
  car: Rect;
}

/** The photographs with a known mask. */
export const CARS: readonly Fixture[] = [
  {
    name: "street",
    size: { width: 4032, height: 3024 },
    car: { x: 708, y: 1166, width: 2433, height: 1158 },
  },
  {
    name: "street-rotated",
    size: { width: 3024, height: 4032 },
    car: { x: 174, y: 1563, width: 2361, height: 1279 },
  },
  {
    name: "studio",
    size: { width: 3000, height: 2000 },
    car: { x: 417, y: 579, width: 2060, height: 911 },
  },
  {
    name: "dark",
    size: { width: 1600, height: 1067 },
    car: { x: 202, y: 318, width: 1086, height: 531 },
  },
];

/** Reads a file of fixtures/. */
export async function fixture(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return await Deno.readFile(new URL(`../../fixtures/${path}`, import.meta.url));
}

/** Reads the true mask of a photograph, upright and scaled to the size of API4.ai's reply. */
export async function fixtureMask(name: string, size?: Size): Promise<Mask> {
  const { width, height, data } = await rasterOf(await fixture(`${name}.mask.png`), (image) => {
    if (size) image.resize(size.width, size.height);
  });
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height }, (_, i) => data[i * 4]),
  };
}

/** Checks a file's header and decodes it, as the function does with an upload. */
export async function decodeUpload(
  file: Uint8Array,
  longSidePx = 2_048,
): Promise<Result<DecodedPhoto>> {
  const header = inspectPhoto(file, { maxPixels: 120_000_000 });
  return header.ok ? await decodePhoto(file, header.value, longSidePx) : header;
}

/** Does the same for a valid file. */
export async function decoded(file: Uint8Array, longSidePx?: number): Promise<DecodedPhoto> {
  const photo = await decodeUpload(file, longSidePx);
  if (!photo.ok) throw photo.error;
  return photo.value;
}
