import type { SupabaseClient } from "@supabase/supabase-js";
import { el } from "../dom.ts";
import type { PictureOption } from "./picture_choice.ts";

/** The bucket of pictures that stand behind cars. */
export const BACKGROUNDS = "car-backgrounds";

/** Bound on the pictures to choose from. */
const MAX_PICTURES = 24;

/** Lists the portal's own backgrounds as options, whose values are their paths; none if they cannot be read. */
export async function listBucketPictures(
  supabase: SupabaseClient,
): Promise<PictureOption[]> {
  const bucket = supabase.storage.from(BACKGROUNDS);
  const { data } = await bucket.list("", {
    limit: MAX_PICTURES,
    sortBy: { column: "name", order: "asc" },
  });
  const files = (data ?? []).filter(({ id }) => id !== null); // the others are folders
  return await Promise.all(files.map(async ({ name }) => {
    const { data: file } = await bucket.download(name);
    const picture = file && await pictureOf(file);
    return {
      value: name,
      text: name.replace(/\.[^.]+$/, ""),
      picture: picture ?? el("div", { class: "look-picture" }),
    };
  }));
}

/** Returns a file's picture; `null` if the browser cannot read it, while the function may. */
async function pictureOf(file: Blob): Promise<HTMLImageElement | null> {
  const picture = el("img", { alt: "", class: "look-picture" });
  picture.src = URL.createObjectURL(file);
  try {
    await picture.decode();
    return picture;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(picture.src);
  }
}
