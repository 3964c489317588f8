import { FIRST_LOOK, type Look } from "./look.ts";

/** The looks of a gallery. */
export interface Looks {
  gallery: Look;
  /** Looks of single photos, by their hashes. */
  photos: Record<string, Look>;
  /** Whether this browser has kept the looks: if not, the set's pictures can have any look. */
  isKept: boolean;
}

const keyOf = (vehicleId: string) => `process-image.looks.${vehicleId}`;

/** Reads the looks of a gallery that this browser keeps. A set in the database has pictures, but no looks. */
export function readLooks(vehicleId: string): Looks {
  try {
    const text = localStorage.getItem(keyOf(vehicleId));
    const kept = JSON.parse(text ?? "{}") as Partial<Looks>;
    return {
      gallery: { ...FIRST_LOOK, ...kept.gallery },
      photos: kept.photos ?? {},
      isKept: text !== null,
    };
  } catch {
    return { gallery: FIRST_LOOK, photos: {}, isKept: false };
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
