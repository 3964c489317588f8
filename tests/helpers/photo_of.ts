import { optionsSchema, type ProcessOptions } from "../../shared/photo/options.ts";
import type { Photo } from "../../shared/photo/photo.ts";

/** Makes a photo that was received as bytes and is to be stored. */
export function photoOf(
  bytes: Uint8Array<ArrayBuffer>,
  options: Partial<ProcessOptions> = {},
): Photo {
  return {
    source: { kind: "bytes", bytes },
    bytes,
    filename: null,
    options: optionsSchema.parse(options),
    upload: true,
    returnImages: false,
    force: false,
  };
}
