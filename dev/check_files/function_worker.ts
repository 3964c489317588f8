/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { AppError } from "../../shared/errors.ts";
import { decodePhoto } from "../../shared/image/decode/decode.ts";
import { inspectPhoto } from "../../shared/image/decode/inspect_photo.ts";
import { WORKING_SIDE_PX } from "../../shared/image/plan.ts";
import { rectOf } from "../../shared/image/raster.ts";
import type { Reading } from "./reading.ts";

/** The default of `MAX_IMAGE_PIXELS`. */
const MAX_PIXELS = 120_000_000;

// The log of a photo that fails belongs to the function, not to the table.
for (const name of ["info", "warn", "error"] as const) console[name] = () => {};

self.onmessage = async ({ data: path }: MessageEvent<string>) => {
  self.postMessage(await read(path));
};
self.postMessage("ready");

/** Reads a file as the function reads an upload. */
async function read(path: string): Promise<Reading> {
  try {
    const file = await Deno.readFile(path);
    const header = inspectPhoto(file, { maxPixels: MAX_PIXELS });
    if (!header.ok) return refusal(header.error);
    const decoded = await decodePhoto(file, header.value, WORKING_SIDE_PX);
    if (!decoded.ok) return refusal(decoded.error);
    using photo = decoded.value;
    const { originalSize: size, damaged: isDamaged } = photo;
    const image = photo.read(rectOf(photo.size));
    return { status: "read", size, image, format: header.value.format, isDamaged };
  } catch (error) {
    const code = error instanceof AppError ? error.code : "internal_error";
    const cause = error instanceof AppError ? error.cause ?? error.message : error;
    return { status: "crashed", reason: `${code}: ${String(cause).slice(0, 200)}` };
  }
}

function refusal({ code, status }: AppError): Reading {
  return { status: "refused", reason: `${status} ${code}` };
}
