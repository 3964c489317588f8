import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { ImageMagick, MagickFormat } from "@imagemagick/magick-wasm";
import { startImageMagick } from "../../dev/api4ai/image_files.ts";
import type { Mode } from "../../dev/api4ai/messages.ts";
import type { Api4aiSimulator } from "../../dev/api4ai_simulator.ts";

/** A part of a result. */
export interface Entity {
  kind: string;
  image?: string;
  objects?: { box: number[]; entities: { classes: Record<string, number> }[] }[];
}
/** The parts of the service's answer that the tests read. */
export interface Reply {
  results: {
    status: { code: string; message: string };
    name: string;
    md5: string;
    width: number;
    height: number;
    entities: Entity[];
    output_image?: string;
  }[];
}
/** A decoded picture: RGBA, 8 bit, rows from the top left. */
export interface Image {
  width: number;
  height: number;
  rgba: Uint8Array;
  hasAlpha: boolean;
}

await startImageMagick();
/** Reads a file of `fixtures/`. */
export const fixture = (name: string): Promise<Uint8Array<ArrayBuffer>> =>
  Deno.readFile(new URL(`../../fixtures/${name}`, import.meta.url));

/** Prepares a photo as the function does: upright, at most `longSidePx`, a JPEG. */
export async function workingImage(
  name: string,
  longSidePx: number,
): Promise<Uint8Array<ArrayBuffer>> {
  return ImageMagick.read(await fixture(name), (image) => {
    image.autoOrient();
    const scale = longSidePx / Math.max(image.width, image.height);
    image.resize(Math.round(image.width * scale), Math.round(image.height * scale));
    image.quality = 90;
    return image.write(MagickFormat.Jpeg, (bytes) => bytes.slice() as Uint8Array<ArrayBuffer>);
  });
}

/** Decodes the simulator's picture. */
export function decode(file: Uint8Array): Image {
  return ImageMagick.read(file, (image) => {
    const { width, height, hasAlpha } = image;
    const rgba = image.getPixels((pixels) => pixels.toByteArray(0, 0, width, height, "RGBA"));
    assert.ok(rgba);
    return { width, height, hasAlpha, rgba };
  });
}

/** Bounds of the pixels whose `channel` is over half, as [x, y, width, height]. */
export function boundsOver(image: Image, channel: number): number[] {
  let left = image.width, top = image.height, right = -1, bottom = -1;
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      if (image.rgba[(y * image.width + x) * 4 + channel] <= 127) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return [left, top, right - left + 1, bottom - top + 1];
}

/** Differences from a normal request. */
export interface PostOptions {
  mode?: string;
  headers?: Record<string, string>;
  field?: string;
  path?: string;
  signal?: AbortSignal;
}

/** A simulator of API4.ai, or a server with its interface. */
export type Service = Pick<Api4aiSimulator, "url" | "apiKey">;

/** Sends an image, or text instead, as the function does. */
export function post(
  simulator: Service,
  image: Uint8Array<ArrayBuffer> | string,
  options: PostOptions = {},
): Promise<Response> {
  const form = new FormData();
  const field = options.field ?? "image";
  if (typeof image === "string") form.append(field, image);
  else form.append(field, new File([image], "photo.jpg", { type: "image/jpeg" }));
  const address = options.path ? new URL(options.path, simulator.url) : simulator.url;
  return fetch(`${address}?mode=${options.mode ?? "fg-mask"}`, {
    method: "POST",
    headers: options.headers ?? { "X-API-KEY": simulator.apiKey },
    body: form,
    signal: options.signal,
  });
}

/** Sends an image, and returns the only result of a 200. */
export async function ask(
  simulator: Service,
  image: Uint8Array<ArrayBuffer>,
  mode: Mode = "fg-mask",
): Promise<Reply["results"][0]> {
  const response = await post(simulator, image, { mode });
  assert.equal(response.status, 200);
  const { results } = await response.json() as Reply;
  assert.equal(results.length, 1);
  return results[0];
}

/** Returns a result's picture, from any of the entities. */
export function pictureOf(result: Reply["results"][0]): Image {
  const encoded = result.entities.find((entity) => entity.kind === "image")?.image;
  assert.ok(encoded);
  return decode(Buffer.from(encoded, "base64"));
}

/** A plain JPEG with a dark rectangle. */
export function paint(
  width: number,
  height: number,
  colour: string,
  box?: { x: number; y: number; width: number; height: number },
): Uint8Array<ArrayBuffer> {
  const background = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const header = new TextEncoder().encode(`P6 ${width} ${height} 255\n`);
  const file = new Uint8Array(header.length + width * height * 3);
  file.set(header);
  for (let i = 0; i < width * height; i++) {
    const x = i % width - (box?.x ?? 0), y = Math.floor(i / width) - (box?.y ?? 0);
    const isInside = box && x >= 0 && y >= 0 && x < box.width && y < box.height;
    file.set(isInside ? [20, 30, 60] : background, header.length + i * 3);
  }
  return ImageMagick.read(file, (image) => {
    image.quality = 92;
    return image.write(MagickFormat.Jpeg, (bytes) => bytes.slice() as Uint8Array<ArrayBuffer>);
  });
}

/** Registers tests whose simulator starts without requests and without faults. */
export function testsOf(simulator: Api4aiSimulator) {
  return (name: string, run: (simulator: Api4aiSimulator) => Promise<void>): void => {
    Deno.test(`the API4.ai simulator ${name}`, async () => {
      simulator.reset();
      await run(simulator);
    });
  };
}
