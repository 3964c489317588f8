import { findImage } from "../../shared/image/decode/find_image.ts";
import type { InputFormat } from "../../shared/image/image_format.ts";

/** A photo in a folder. */
export interface PhotoFile {
  /** Where it is. */
  path: string;
  /** Its name below the folder, with slashes. */
  name: string;
  format: InputFormat;
  bytes: number;
}

/** What a folder holds. */
export interface FolderContent {
  /** Its photos, in the order of their names: the same folder is the same list. */
  photos: PhotoFile[];
  /** The names of what is no photo. */
  others: string[];
}

/** As many bytes as tell a type. */
const HEAD_BYTES = 272;

/**
 * Finds the photos in a folder and in all folders below it. What begins with a dot is left out, and so are links.
 * A file's first bytes tell whether it is a photo, not its name.
 *
 * @throws {Deno.errors.NotFound} If there is no such folder; what else reading it throws.
 */
export async function findPhotos(folder: string): Promise<FolderContent> {
  const content: FolderContent = { photos: [], others: [] };
  for (const name of await namesIn(folder, "")) {
    const path = `${folder}/${name}`;
    const { head, bytes } = await begin(path);
    const image = findImage(head);
    if (image) content.photos.push({ path, name, format: image.format, bytes });
    else content.others.push(name);
  }
  return content;
}

async function namesIn(folder: string, below: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(`${folder}/${below}`)) {
    if (entry.name.startsWith(".")) continue;
    const name = `${below}${entry.name}`;
    if (entry.isDirectory) names.push(...await namesIn(folder, `${name}/`));
    else if (entry.isFile) names.push(name);
  }
  // By code units: an order that no machine's language changes.
  return names.sort();
}

async function begin(path: string): Promise<{ head: Uint8Array; bytes: number }> {
  using file = await Deno.open(path);
  const head = new Uint8Array(HEAD_BYTES);
  const length = await file.read(head) ?? 0;
  return { head: head.subarray(0, length), bytes: (await file.stat()).size };
}
