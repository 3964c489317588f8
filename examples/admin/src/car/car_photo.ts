import type {
  ProcessedImage,
  ProcessImageError,
  Progress,
  StoragePath,
  Vehicle,
} from "@process-image/client";
import type { Look } from "./look.ts";

/** A photo's data in the set. */
export type SetEntry = Vehicle["photos"][number];

/** A photo of a gallery, as the page shows it. */
export interface CarPhoto {
  /** The photo's name within the page. */
  key: string;
  name: string;
  state: "working" | "stored" | "failed";
  progress?: Progress;
  error?: ProcessImageError;
  /** The photo's name in the set; unset until it is stored. */
  hash?: string;
  /** The file, if it was chosen on this page. */
  file?: Blob;
  /** The original in Storage. */
  source?: StoragePath;
  entry?: SetEntry;
  /** The last answer on this page. */
  reply?: ProcessedImage;
  /** The photo's own look; unset if it has the gallery's. */
  look?: Look;
  /** The look of the pictures in Storage, as far as it is known. */
  rendered?: Look;
  /** The photo at whose place this one was taken again. */
  replaces?: CarPhoto;
  /** Removed from the gallery, but not deleted yet. */
  isRemoved?: boolean;
}

/** Creates a photo from its entry in the set. */
export function photoOfEntry(entry: SetEntry, look?: Look): CarPhoto {
  return {
    key: crypto.randomUUID(),
    name: entry.filename ?? `Photo ${entry.photo_hash.slice(0, 8)}`,
    state: "stored",
    hash: entry.photo_hash,
    entry,
    look,
  };
}

/** Returns the addresses of a photo's variants, by their names. */
export function urlsOf({ reply, entry }: CarPhoto): Record<string, string> {
  return { ...(reply?.storage_urls ?? entry?.storage_urls) } as Record<
    string,
    string
  >;
}

/** Returns a photo's warnings. */
export function warningsOf(
  { reply, entry }: CarPhoto,
): ProcessedImage["warnings"] {
  return reply?.warnings ?? entry?.warnings ?? [];
}

/** Checks that the cutout service failed, so that another try can remove the background. */
export function hasKeptBackground(photo: CarPhoto): boolean {
  return warningsOf(photo).some(({ code }) => code.startsWith("background_removal_"));
}
