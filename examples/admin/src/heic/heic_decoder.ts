import type { HeicDecoder } from "@process-image/client";

/** A worker's answer. */
export type DecoderAnswer = { picture: ImageBitmap } | { failed: string };

let last: Promise<unknown> = Promise.resolve();

/**
 * Decodes a HEIC with libheif, one photo at a time, as each takes several times the memory of its pixels. The client calls this
 * only in browsers that cannot decode HEIC.
 */
export const heicTo: HeicDecoder["heicTo"] = ({ blob }) => {
  const picture = last.then(() => decodeInWorker(blob));
  last = picture.catch(() => {});
  return picture;
};

/** Decodes in a worker of its own, which loads 3 MB, so that the page does not freeze. */
function decodeInWorker(photo: Blob): Promise<ImageBitmap> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./libheif_worker.ts", import.meta.url), { type: "module" });
    const end = (settle: () => void): void => {
      worker.terminate(); // its memory would stay as large as the largest photo needed
      settle();
    };
    worker.onmessage = ({ data }: MessageEvent<DecoderAnswer>) =>
      end(() => "picture" in data ? resolve(data.picture) : reject(new Error(data.failed)));
    worker.onerror = ({ message }) =>
      end(() => reject(new Error(message || "The HEIC decoder did not start.")));
    worker.postMessage(photo);
  });
}
