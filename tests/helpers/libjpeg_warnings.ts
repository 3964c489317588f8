import { MagickFormat, MagickImage, MagickReadSettings } from "@imagemagick/magick-wasm";
import { withMaker } from "./magick_files.ts";

/** Returns the texts of libjpeg's warnings about a file that it can decode, including an error. */
export function libjpegWarnings(file: Uint8Array): string[] {
  return withMaker(() => {
    const image = MagickImage.create();
    const texts: string[] = [];
    image.onWarning = ({ error }) => {
      texts.push(...[error, ...error.relatedErrors].map(({ message }) => message));
    };
    try {
      image.read(file, new MagickReadSettings({ format: MagickFormat.Jpeg }));
    } catch (error) {
      texts.push(String(error));
    } finally {
      image.dispose();
    }
    return texts;
  });
}
