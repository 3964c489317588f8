import { ImageMagick } from "@imagemagick/magick-wasm";
import { inProcess } from "../fuzz/in_process.ts";

const send = inProcess();

/** Sends a photo to the function in this process. It keeps the background and requests only `processed`. */
export function sendPhoto(photo: Uint8Array<ArrayBuffer>): Promise<Response> {
  return send({
    query: "variants=processed&skip_background_removal=true",
    contentType: "application/octet-stream",
    body: photo,
  });
}

/** Returns ImageMagick's memory, in bytes. Only a restart releases it. */
export function engineBytes(): number {
  const holder = ImageMagick as unknown as { _api: { HEAPU8: Uint8Array } };
  try {
    return holder._api.HEAPU8.length;
  } catch {
    return 0; // not started
  }
}
