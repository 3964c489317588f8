import { AppError } from "../../../errors.ts";
import { pngChunks } from "./png_chunks.ts";

/**
 * Refuses a PNG of Apple's own kind, which Xcode makes of the pictures of an app: a chunk `CgBI` precedes the header, red and
 * blue are exchanged, and the data has no zlib header. libpng does not read it.
 *
 * @param file A file with a PNG's signature.
 * @returns `unsupported_image_encoding`, or `null` for a usual PNG.
 */
export function unreadApplePng(file: Uint8Array): AppError | null {
  const [first] = pngChunks(file).take(1);
  if (first?.name !== "CgBI") return null;
  return new AppError(
    "unsupported_image_encoding",
    "The PNG is of Apple's own kind (CgBI), which only Apple's programs read. Save it as a usual PNG or as a JPEG.",
    { details: { format: "png", encoding: "CgBI" } },
  );
}
