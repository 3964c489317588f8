import { createClient } from "@supabase/supabase-js";
import { basename, extname } from "node:path";
import { imageOf, processImage } from "../../client/mod.ts";
import type { Stack } from "../stack.ts";
import { type Look, LOOKS } from "./looks.ts";

/** A photo in one look. */
export interface Rendered {
  look: Look;
  png: Uint8Array<ArrayBuffer>;
  /** The codes of the answer's warnings, such as `plate_not_found` over a plate that stays readable. */
  warnings: string[];
}

/** A photo in every look. */
export interface RenderedPhoto {
  /** The file's name without its extension. */
  name: string;
  looks: Rendered[];
}

/**
 * Renders a photo in every look with the running function: the variant `grid`, as a PNG. Its cutout is made once.
 *
 * @param file The photo's path.
 * @throws the client's error if the photo cannot be processed, or if its background was not removed
 */
export async function renderLooks(stack: Stack, file: string): Promise<RenderedPhoto> {
  const supabase = createClient(stack.url, stack.publishableKey, {
    accessToken: () => Promise.resolve(stack.adminToken),
  });
  const photo = new Blob([await Deno.readFile(file)]);
  const looks: Rendered[] = [];
  for (const look of LOOKS) {
    const { data, error } = await processImage(supabase, photo, {
      options: { format: "png", variants: ["grid"], ...look.options },
    });
    if (error) throw error;
    if (!data.metadata.background.removed) {
      throw new Error(`The background was not removed: ${data.warnings[0]?.message}`);
    }
    const png = new Uint8Array(await imageOf(data, "grid")!.arrayBuffer());
    looks.push({ look, png, warnings: data.warnings.map(({ code }) => code) });
  }
  return { name: basename(file, extname(file)), looks };
}
