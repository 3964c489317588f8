import type { InputFormat } from "../../shared/image/image_format.ts";
import { sha256 } from "../../shared/lib/sha256.ts";
import { eachAtMost } from "./each_at_most.ts";
import type { PhotoFile } from "./find_photos.ts";
import type { Originals } from "./originals.ts";

/** The outcome of a photo's upload. */
export type Uploaded =
  | { photo: PhotoFile; ok: true; path: string; wasThere: boolean }
  | { photo: PhotoFile; ok: false; reason: string };

/** Bound on simultaneous uploads, as each photo is in memory. */
const AT_ONCE = 4;

/** The bucket's bound on a file, in bytes; larger files are not read. */
const MAX_BYTES = 52_428_800;

/** Media type and extension by format. */
const TYPES: Record<InputFormat, [type: string, extension: string]> = {
  jpeg: ["image/jpeg", "jpg"],
  png: ["image/png", "png"],
  webp: ["image/webp", "webp"],
  heic: ["image/heic", "heic"],
  avif: ["image/avif", "avif"],
  tiff: ["image/tiff", "tiff"],
  bmp: ["image/bmp", "bmp"],
  gif: ["image/gif", "gif"],
};

/**
 * Uploads photos to paths that are hashes of their content; photos that are in Storage are not sent again.
 *
 * @param onPhoto Called with each photo's outcome.
 * @returns The outcomes, in the photos' order.
 * @throws {BatchError} If photos cannot be uploaded at all.
 */
export async function uploadPhotos(
  originals: Originals,
  photos: readonly PhotoFile[],
  onPhoto: (uploaded: Uploaded) => void,
  signal?: AbortSignal,
): Promise<Uploaded[]> {
  // Files of the same content are one object: the second file waits for the first.
  const begun = new Map<string, Promise<{ reason: string | null; wasThere: boolean }>>();

  const upload = async (photo: PhotoFile): Promise<Uploaded> => {
    signal?.throwIfAborted();
    if (photo.bytes > MAX_BYTES) return { photo, ok: false, reason: "It is larger than 50 MiB." };
    const file = await Deno.readFile(photo.path);
    const [type, extension] = TYPES[photo.format];
    const path = `${await sha256(file)}.${extension}`;
    const pending = begun.get(path) ?? put(originals, path, file, type, signal);
    begun.set(path, pending);
    const { reason, wasThere } = await pending;
    return reason === null ? { photo, ok: true, path, wasThere } : { photo, ok: false, reason };
  };

  return await eachAtMost(photos, AT_ONCE, async (photo) => {
    const uploaded = await upload(photo);
    onPhoto(uploaded);
    return uploaded;
  });
}

async function put(
  originals: Originals,
  path: string,
  file: Uint8Array<ArrayBuffer>,
  type: string,
  signal?: AbortSignal,
): Promise<{ reason: string | null; wasThere: boolean }> {
  if (await originals.has(path, signal)) return { reason: null, wasThere: true };
  return { reason: await originals.add(path, file, type, signal), wasThere: false };
}
