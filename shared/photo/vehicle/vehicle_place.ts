/** Form of a vehicle's id. */
export const VEHICLE_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Bound on the photos of a vehicle's set. */
export const MAX_VEHICLE_PHOTOS = 500;

/** The vehicle that a photo belongs to. */
export interface VehiclePlace {
  /** Matches {@linkcode VEHICLE_ID}. */
  id: string;
  /** Place of a new photo in the set, 0 to 499; `null` for the end. */
  position: number | null;
}

/**
 * Reads the vehicle of a photo's settings.
 *
 * @param settings Settings that a schema has checked.
 * @returns A field for the photo's request; no field for a photo without a vehicle.
 */
export function vehiclePlace(
  { vehicle_id: id, position }: { vehicle_id?: string; position?: number },
): { vehicle?: VehiclePlace } {
  return id === undefined ? {} : { vehicle: { id, position: position ?? null } };
}
