import { el } from "./dom.ts";

const ACCEPTED = "image/*,.heic,.heif,.avif,.tif,.tiff";

/**
 * Creates the zone where users drop, choose or paste photos.
 *
 * @param text The button's text.
 * @param onFiles Called with at least one file; the server refuses files that are not photos.
 * @param beside An element beside the button.
 */
export function createDropZone(
  text: string,
  onFiles: (files: File[]) => void,
  beside?: HTMLElement,
): HTMLElement {
  const input = el("input", {
    type: "file",
    multiple: true,
    accept: ACCEPTED,
    hidden: true,
  });
  const take = (list: FileList | null | undefined): void => {
    const files = [...(list ?? [])];
    if (files.length > 0) onFiles(files);
  };
  input.addEventListener("change", () => {
    take(input.files);
    input.value = ""; // allows choosing the same file again
  });

  const zone = el(
    "div",
    { class: "drop-zone" },
    el("button", {
      type: "button",
      class: "primary",
      on: { click: () => input.click() },
    }, text),
    el("p", { class: "quiet" }, "or drop them here, or paste one"),
    beside,
    input,
  );
  const over = (isOver: boolean) => zone.classList.toggle("over", isOver);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget as Node | null)) over(false);
  });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    take(event.dataTransfer?.files);
  });
  const paste = (event: ClipboardEvent): void => {
    if (zone.isConnected) take(event.clipboardData?.files);
  };
  document.addEventListener("paste", paste);
  return zone;
}
