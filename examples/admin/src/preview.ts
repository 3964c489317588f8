import type { Conversion } from "@process-image/client";
import { el, fill } from "./dom.ts";

/** A photo as it looks before it is processed. */
export interface Preview {
  element: HTMLElement;
  /** Shows the converted photo, or says that the browser cannot show it. */
  converted(conversion: Conversion): void;
  /** Releases the image. */
  dispose(): void;
}

/**
 * Creates the preview of a photo. It is empty at first for a type that the browser cannot show, mostly HEIC, until the client
 * has converted the photo.
 */
export function createPreview(file: Blob, name: string): Preview {
  const note = el("p", { class: "quiet" });
  const image = el("img", { alt: `Preview of ${name}`, decoding: "async", hidden: true });
  let url: string | undefined;
  let readable = false;

  const dispose = (): void => {
    if (url) URL.revokeObjectURL(url);
    url = undefined;
  };
  const show = (photo: Blob): void => {
    dispose();
    url = URL.createObjectURL(photo);
    image.src = url;
  };
  image.addEventListener("load", () => {
    image.hidden = false;
    readable = true;
    fill(note);
  });
  image.addEventListener("error", () => image.hidden = true);
  show(file);

  return {
    element: el("div", { class: "preview" }, image, note),
    converted: ({ photo, error }) => {
      if (photo !== file) show(photo);
      else if (error && !readable) {
        fill(note, "This browser cannot show the photo before it is processed.");
      }
    },
    dispose,
  };
}
