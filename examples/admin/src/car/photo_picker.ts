import { el } from "../dom.ts";

/** A hidden file input that a button opens. */
export interface PhotoPicker {
  element: HTMLInputElement;
  /** Lets the user choose. */
  open(onFiles: (files: File[]) => void): void;
}

/**
 * Creates a picker of photos.
 *
 * @param isCamera Whether a phone opens its camera; elsewhere it is a choice of files.
 */
export function createPhotoPicker(
  isCamera: boolean,
  label: string,
): PhotoPicker {
  let take: ((files: File[]) => void) | undefined;
  const element = el("input", {
    ...{ type: "file", hidden: true, "aria-label": label },
    accept: isCamera ? "image/*" : "image/*,.heic,.heif,.avif,.tif,.tiff",
    capture: isCamera && "environment",
  });
  element.addEventListener("change", () => {
    const files = [...(element.files ?? [])];
    element.value = ""; // allows choosing the same file again
    if (files.length > 0) take?.(files);
  });
  return {
    element,
    open: (onFiles) => {
      take = onFiles;
      element.click();
    },
  };
}
