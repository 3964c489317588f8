import { FIRST_LOOK, type Look } from "./look.ts";

/** The looks of a gallery, and its removed photos. */
export interface Looks {
  gallery: Look;
  /** Looks of single photos, by their hashes. */
  photos: Record<string, Look>;
  /**
   * Whether this browser knows the looks of the set's pictures: if not, another browser has chosen them. Unset until the set is
   * read for the first time.
   */
  isKnown?: boolean;
  /** Hashes of the photos that are removed from the gallery, but still in the set. */
  removed: string[];
}

const keyOf = (vehicleId: string) => `process-image.looks.${vehicleId}`;

/** Reads the looks of a gallery that this browser keeps. A set in the database has pictures, but no looks. */
export function readLooks(vehicleId: string): Looks {
  try {
    const text = localStorage.getItem(keyOf(vehicleId));
    const { gallery, photos = {}, isKnown, removed = [] } = JSON.parse(
      text ?? "{}",
    ) as Partial<Looks>;
    return { gallery: { ...FIRST_LOOK, ...gallery }, photos, isKnown, removed };
  } catch {
    return { gallery: FIRST_LOOK, photos: {}, removed: [] };
  }
}

/** Keeps the looks of a gallery in this browser; without its storage, they last as long as the page. */
export function keepLooks(vehicleId: string, looks: Looks): void {
  try {
    localStorage.setItem(keyOf(vehicleId), JSON.stringify(looks));
  } catch {
    // Storage is full or blocked.
  }
}
