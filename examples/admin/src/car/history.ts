import type { CarPhoto } from "./car_photo.ts";
import type { CarOrder } from "./car_set.ts";
import type { Looks } from "./kept_looks.ts";
import type { Look } from "./look.ts";

/** Bound on the changes that can be undone. */
const MAX_CHANGES = 50;

/** A gallery as it was before a change. */
interface Snapshot {
  text: string;
  photos: { photo: CarPhoto; isRemoved: boolean; look: Look | undefined }[];
  cover: string | null;
  look: Look;
}

/** Creates the list of changes that can be undone. It restores `order` and `looks` in place. */
export function createHistory(order: CarOrder, looks: Looks) {
  const snapshots: Snapshot[] = [];
  return {
    /** The change that the next undo reverts; `null` if there is none. */
    get next(): string | null {
      return snapshots.at(-1)?.text ?? null;
    },
    /** Records the state before a change. */
    record(text: string): void {
      snapshots.push({
        text,
        photos: order.photos.map((photo) => ({
          ...{ photo, isRemoved: photo.isRemoved ?? false, look: photo.look },
        })),
        cover: order.cover,
        look: looks.gallery,
      });
      if (snapshots.length > MAX_CHANGES) snapshots.shift();
    },
    /** Restores the state before the last change, and says what that was. Photos of later uploads stay, at the end. */
    undo(): string | null {
      const snapshot = snapshots.pop();
      if (!snapshot) return null;
      const isRetake = snapshot.text.startsWith("the retake");
      const known = new Set(snapshot.photos.map(({ photo }) => photo));
      const later = order.photos.filter((photo) => !known.has(photo));
      // The photo that replaced another one goes with its retake.
      if (isRetake && later[0]) later[0].isRemoved = true;
      for (const { photo, isRemoved, look } of snapshot.photos) {
        Object.assign(photo, { isRemoved, look });
      }
      const kept = snapshot.photos.map(({ photo }) => photo)
        .filter((photo) => order.photos.includes(photo));
      order.photos = [...kept, ...later];
      order.cover = snapshot.cover;
      looks.gallery = snapshot.look;
      return snapshot.text;
    },
    clear: () => void snapshots.splice(0),
  };
}
