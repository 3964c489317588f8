import { announce } from "../announce.ts";
import { button, el, fill } from "../dom.ts";
import type { Car } from "./car.ts";
import { urlsOf } from "./car_photo.ts";
import { zipOf } from "./zip_of.ts";

/** The buttons that take the pictures out of the page. */
export interface ShareBar {
  element: HTMLElement;
  update(): void;
  copy(): void;
  download(): void;
}

/** Creates the buttons for the ZIP and for the addresses of all variants. */
export function createShareBar(carOf: () => Car | undefined): ShareBar {
  const text = el("span", { class: "quiet", role: "status" });
  let isZipping = false;
  const stored = () => (carOf()?.photos ?? []).filter((photo) => photo.state === "stored");

  const download = async (): Promise<void> => {
    const car = carOf();
    if (!car || isZipping || stored().length === 0) return;
    isZipping = true;
    update();
    const show = (done: number, all: number) => fill(text, `Packing ${done} of ${all} files`);
    const zip = await zipOf(stored(), new AbortController().signal, show)
      .catch((error: Error) => error);
    isZipping = false;
    update();
    if (zip instanceof Error) {
      return fill(text, `The ZIP failed: ${zip.message}`);
    }
    const href = URL.createObjectURL(zip);
    el("a", { href, download: `${car.id}.zip` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000); // the browser reads it after the click
    fill(text, "The ZIP is downloaded.");
  };
  const copy = async (): Promise<void> => {
    const urls = stored().flatMap((photo) => Object.values(urlsOf(photo)));
    if (urls.length === 0) return;
    const copied = await navigator.clipboard.writeText(urls.join("\n")).then(
      () => `${urls.length} URLs are copied.`,
      () => "This browser does not let the page copy.",
    );
    fill(text, copied);
    announce(copied);
  };
  const zip = button("Download all as a ZIP", () => void download());
  const urls = button("Copy all URLs", () => void copy());
  const update = (): void => {
    zip.disabled = isZipping || stored().length === 0;
    urls.disabled = stored().length === 0;
  };
  update();
  return {
    element: el("div", { class: "actions" }, zip, urls, text),
    update,
    copy: () => void copy(),
    download: () => void download(),
  };
}
