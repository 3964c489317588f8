import type { ProcessImageError } from "./process_image_error.ts";

/** The outcome of converting or downscaling a photo. */
export interface Conversion {
  /** The file to send: the new one, or the chosen one if it is kept. A browser can show a new one, so it is a preview too. */
  photo: Blob;
  /** Media type of the chosen file; `null` if it is none that the function accepts. */
  from: string | null;
  /** The decoder that read the photo for the new file; `null` if the chosen file is kept. */
  by: "browser" | "heicDecoder" | null;
  /** Whether a worker made the new file. Without one, the page does not react meanwhile. */
  inWorker: boolean;
  /** Why the photo could not be converted, code `conversion_failed`; `null` if it was, or if that was not necessary. */
  error: ProcessImageError | null;
}
