import type { InputFormat } from "../../shared/image/image_format.ts";
import { sha256 } from "../../shared/lib/sha256.ts";
import { eachAtMost } from "./each_at_most.ts";
import type { PhotoFile } from "./find_photos.ts";
import type { Originals } from "./originals.ts";

/** What came of a photo's upload. */
export type Uploaded =
  | { photo: PhotoFile; ok: true; path: string; wasThere: boolean }
  | { photo: PhotoFile; ok: false; reason: string };

/** How many photos are uploaded at once: each is in memory then. */
const AT_ONCE = 4;

/** What the bucket takes, in bytes; more is not even read. */
const MAX_BYTES = 52_428_800;

/** Media type and extension of what is uploaded. */
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
 * Uploads photos, each to the path that its hash makes; what is there already is not sent again.
 *
 * @param onPhoto Hears of each photo as its upload ends.
 * @returns What came of each, in the photos' order.
 * @throws {BatchError} If none can be uploaded.
 */
export async function uploadPhotos(
  originals: Originals,
  photos: readonly PhotoFile[],
  onPhoto: (uploaded: Uploaded) => void,
  signal?: AbortSignal,
): Promise<Uploaded[]> {
  // Two files of the same content are one object: the second waits for the first.
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
