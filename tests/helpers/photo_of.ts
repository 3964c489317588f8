import { optionsSchema, type ProcessOptions } from "../../shared/photo/options.ts";
import type { Photo } from "../../shared/photo/photo.ts";

/** A photo that has arrived as bytes, to be stored. */
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
