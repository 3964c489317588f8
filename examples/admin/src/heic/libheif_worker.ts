import libheif from "libheif-js";
import type { DecoderAnswer } from "./heic_decoder.ts";

/** Decodes a HEIC's primary image; libheif applies rotation and mirroring, and keeps the values of the file's colour space. */
async function decode(photo: Blob): Promise<ImageBitmap> {
  const images = new libheif.HeifDecoder().decode(await photo.arrayBuffer());
  const image = images.find((one) => one.is_primary());
  if (!image) throw new Error("The file has no primary image that libheif can read.");
  const pixels = new ImageData(image.get_width(), image.get_height());
  await new Promise<void>((resolve, reject) => {
    image.display(
      pixels,
      (shown) => shown ? resolve() : reject(new Error("libheif cannot decode the photo.")),
    );
  });
  return await createImageBitmap(pixels);
}

const answer = (message: DecoderAnswer, transfer: Transferable[] = []) =>
  postMessage(message, { transfer });

addEventListener("message", ({ data }: MessageEvent<Blob>) => {
  decode(data).then(
    (picture) => answer({ picture }, [picture]),
    (error) => answer({ failed: String(error) }),
  );
});
