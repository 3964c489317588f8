import { downloadZip } from "client-zip";
import { type CarPhoto, urlsOf } from "./car_photo.ts";

/**
 * Downloads all variants of photos as one ZIP. The pictures are read one after the other and streamed into the archive; their names
 * begin with the photo's place, so that they sort as in the gallery.
 *
 * @param onProgress Called with the number of files that are in the archive so far, and with all of them.
 * @throws Error with a sentence for the user
 */
export async function zipOf(
  photos: readonly CarPhoto[],
  signal: AbortSignal,
  onProgress: (done: number, all: number) => void,
): Promise<Blob> {
  const files = filesOf(photos);
  async function* read() {
    for (const [index, { name, url }] of files.entries()) {
      onProgress(index, files.length);
      const response = await fetch(url, { signal });
      if (!response.ok) {
        throw new Error(`Storage answered ${response.status} for ${name}.`);
      }
      yield { name, input: response };
    }
  }
  return await downloadZip(read(), { buffersAreUTF8: true }).blob();
}

/** Names the files of an archive: `01-front/grid.webp`. */
export function filesOf(
  photos: readonly CarPhoto[],
): { name: string; url: string }[] {
  return photos.flatMap((photo, index) => {
    const base = photo.name.replace(/\.[^.]+$/, "").replaceAll(
      /[^\p{L}\p{N}_-]+/gu,
      "-",
    );
    const folder = `${String(index + 1).padStart(2, "0")}-${base}`;
    return Object.entries(urlsOf(photo)).map(([variant, url]) => ({
      name: `${folder}/${variant}.${new URL(url).pathname.split(".").at(-1)}`,
      url,
    }));
  });
}
