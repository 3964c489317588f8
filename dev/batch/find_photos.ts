import { findImage } from "../../shared/image/decode/find_image.ts";
import type { InputFormat } from "../../shared/image/image_format.ts";

/** A photo in a folder. */
export interface PhotoFile {
  /** The file's path. */
  path: string;
  /** The path below the folder, with slashes. */
  name: string;
  format: InputFormat;
  bytes: number;
}

/** The content of a folder. */
export interface FolderContent {
  /** Photos, sorted by name, so that the same folder gives the same list. */
  photos: PhotoFile[];
  /** Names of other files. */
  others: string[];
}

/** Number of leading bytes for the detection of a type. */
const HEAD_BYTES = 272;

/**
 * Finds the photos in a folder and in all folders below it. It skips links and names that begin with a dot, and detects
 * photos by their first bytes, not by their names.
 *
 * @throws {Deno.errors.NotFound} If the folder does not exist.
 * @throws {unknown} Other errors of reading it.
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
  // By code units, independent of the locale.
  return names.sort();
}

async function begin(path: string): Promise<{ head: Uint8Array; bytes: number }> {
  using file = await Deno.open(path);
  const head = new Uint8Array(HEAD_BYTES);
  const length = await file.read(head) ?? 0;
  return { head: head.subarray(0, length), bytes: (await file.stat()).size };
}
