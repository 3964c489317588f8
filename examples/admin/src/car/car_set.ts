import { getVehicle, type ProcessImageError, setVehicle } from "@process-image/client";
import type { SupabaseClient } from "@supabase/supabase-js";
import { type CarPhoto, photoOfEntry } from "./car_photo.ts";
import type { Looks } from "./kept_looks.ts";

/** The order of a gallery on the page. */
export interface CarOrder {
  /** All photos in their order, also the removed ones. */
  photos: CarPhoto[];
  /** The chosen cover's hash; `null` if none is chosen. */
  cover: string | null;
}

/**
 * Reads a vehicle's set into the page's order, and writes the order back if it differs. Photos that others have added come to the
 * end; photos that others have deleted go.
 *
 * @param order The page's order, which is changed.
 * @param isFirst Whether the page has no order yet, and takes that of the set.
 * @returns The error, or `null`.
 */
export async function syncSet(
  supabase: SupabaseClient,
  vehicleId: string,
  order: CarOrder,
  looks: Looks,
  isFirst: boolean,
): Promise<ProcessImageError | null> {
  // A photo that is stored while the set is read can be absent from it.
  const stored = new Set(
    order.photos.filter(({ state }) => state === "stored"),
  );
  const { data: set, error } = await getVehicle(supabase, vehicleId);
  if (error && error.code !== "vehicle_not_found") return error;
  const entries = set?.photos ?? [];
  const hashes = entries.map(({ photo_hash }) => photo_hash);
  order.photos = order.photos.filter((photo) =>
    !stored.has(photo) || photo.hash === undefined ||
    hashes.includes(photo.hash)
  );
  // An entry without a photo can belong to one that waits for its answer; the call after the last photo knows.
  const isWaiting = order.photos.some(({ hash, state }) =>
    hash === undefined && state === "working"
  );
  for (const entry of entries) {
    const photo = order.photos.find(({ hash }) => hash === entry.photo_hash);
    if (photo) photo.entry = entry;
    else if (!isWaiting) {
      const isRemoved = looks.removed.includes(entry.photo_hash);
      order.photos.push({
        ...photoOfEntry(entry, looks.photos[entry.photo_hash]),
        isRemoved,
      });
    }
  }
  if (isFirst) order.cover = set?.cover ?? null;
  if (!set || isWaiting) return null;
  const wanted = [
    ...order.photos.filter(({ isRemoved }) => !isRemoved),
    ...order.photos.filter(({ isRemoved }) => isRemoved),
  ].flatMap(({ hash }) => hash !== undefined && hashes.includes(hash) ? [hash] : []);
  const isRemoved = order.photos.some((one) => one.hash === order.cover && one.isRemoved);
  const cover = order.cover !== null && !isRemoved && hashes.includes(order.cover)
    ? order.cover
    : null;
  if (wanted.join() === hashes.join() && cover === set.cover) return null;
  const changed = await setVehicle(supabase, vehicleId, {
    photos: wanted,
    cover,
  });
  return changed.error;
}
