import type { SupabaseClient } from "@supabase/supabase-js";
import { createComparison } from "../comparison.ts";
import { el, fill } from "../dom.ts";
import { createGrounds } from "../grounds.ts";
import { loadVariants } from "../variants.ts";
import { type CarPhoto, urlsOf } from "./car_photo.ts";
import { createFrameEditor, type FrameEditor } from "./frame_editor.ts";
import type { Look } from "./look.ts";
import { originalOf } from "./original_of.ts";

/** A photo in large: before and after, and the crop or the ground line. */
export interface CarPicture {
  element: HTMLElement;
  /**
   * Shows the photo's last answer, unless it is shown already; a handle that the user moves stays until it is released. The element
   * is `aria-busy` meanwhile.
   */
  show(look: Look): Promise<void>;
  /** Releases the images. */
  dispose(): void;
}

/**
 * Creates the large picture of a photo.
 *
 * @param onChange Called when the user has moved the crop or the ground line.
 */
export function createCarPicture(
  supabase: SupabaseClient,
  photo: CarPhoto,
  onChange: (part: Partial<Look>) => void,
): CarPicture {
  const ended = new AbortController();
  const place = el("div", { class: "car-picture" });
  let shown: CarPhoto["reply"];
  let editor: FrameEditor | undefined;
  let release = (): void => {};

  const show = async (look: Look): Promise<void> => {
    const { reply } = photo;
    if (!reply) {
      const { detail, grid } = urlsOf(photo);
      if (place.childElementCount === 0) {
        fill(
          place,
          el("img", { class: "ground", src: detail ?? grid, alt: photo.name }),
        );
      }
      return;
    }
    if (reply === shown) return;
    shown = reply;
    place.setAttribute("aria-busy", "true");
    const before = await originalFile(supabase, photo);
    const variants = await loadVariants(reply, ended.signal).catch((
      error: Error,
    ) => error);
    await editor?.untouched();
    if (reply !== shown || ended.signal.aborted) {
      if (!(variants instanceof Error)) revoke(variants);
      return;
    }
    // The user has moved the handle meanwhile: its pictures are on their way.
    if (photo.state === "working") {
      if (!(variants instanceof Error)) revoke(variants);
      shown = undefined;
      return;
    }
    place.setAttribute("aria-busy", "false");
    const master = variants instanceof Error
      ? undefined
      : variants.find(({ name }) => name === "processed");
    if (variants instanceof Error || !master) {
      const text = variants instanceof Error ? variants.message : "There is no master.";
      return fill(place, el("p", {}, `The pictures cannot be shown: ${text}`));
    }
    const [width, height] = reply.metadata.original_size;
    const comparison = before &&
      createComparison(before, master, [width, height], reply.metadata.crop);
    const url = before ? URL.createObjectURL(before) : "";
    const next = createFrameEditor(
      { photo: url, master, reply, look },
      onChange,
    );
    const hasFocus = editor?.handle !== undefined && document.activeElement === editor.handle;
    const title = look.framing === "none"
      ? "Move the crop by hand"
      : "Move the ground line by hand";
    fill(
      place,
      comparison?.element ??
        el("p", { class: "quiet" }, "Storage does not have the original."),
      createGrounds(place),
      el("h3", {}, title),
      next.element,
    );
    editor = next;
    if (hasFocus) editor.handle?.focus({ preventScroll: true });
    release();
    release = () => {
      comparison?.dispose();
      URL.revokeObjectURL(url);
      revoke(variants);
    };
  };
  return {
    element: place,
    show,
    dispose: () => {
      ended.abort();
      release();
    },
  };
}

function revoke(variants: { url: string }[]): void {
  for (const { url } of variants) URL.revokeObjectURL(url);
}

/** Returns the photo before: the chosen file, or its original in Storage. */
async function originalFile(
  supabase: SupabaseClient,
  photo: CarPhoto,
): Promise<Blob | null> {
  if (photo.file) return photo.file;
  const source = photo.source ??
    (photo.hash ? await originalOf(supabase, photo.hash) : null);
  if (!source) return null;
  const { data } = await supabase.storage.from(source.bucket).download(
    source.path,
  );
  if (data) photo.file = data; // the next look needs no second download
  return data;
}
