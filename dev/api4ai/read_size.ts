import { imageSize } from "image-size";
import type { Measured } from "./messages.ts";

/** Reads an image's size from its header; `null` if it is not an image. */
export function readSize(file: Uint8Array): Measured {
  try {
    const { width, height } = imageSize(file);
    return { width, height };
  } catch {
    return null; // image-size throws on every header that it cannot parse
  }
}
