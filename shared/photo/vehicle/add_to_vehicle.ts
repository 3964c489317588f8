import { AppError } from "../../errors.ts";
import { TASK_MS } from "../../isolate/cpu_costs.ts";
import { photoHash } from "../../lib/sha256.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { Photo } from "../photo.ts";
import type { PhotoJob } from "../photo_job.ts";
import type { ProcessDeps } from "../process_deps.ts";
import type { ProcessedPhoto } from "../processed_photo.ts";
import { MAX_VEHICLE_PHOTOS } from "./vehicle_place.ts";
import type { VehiclePhoto } from "./vehicle_set.ts";

/**
 * Adds a stored photo to the set of its vehicle. A photo without a vehicle, or one that is not stored, passes unchanged.
 *
 * @param job The photo's context.
 * @param photo The photo with the settings of its request.
 * @param result The photo's result.
 * @param deps The sets.
 * @returns The result with the photo's place, `vehicle_full` or `vehicle_unavailable`: an answer never promises a set that lacks
 * the photo.
 * @throws the signal's reason, if the caller has disconnected
 */
export async function addToVehicle(
  job: PhotoJob,
  { bytes, filename, upload, vehicle }: Photo,
  result: ProcessedPhoto,
  { vehicles, admission }: Pick<ProcessDeps, "vehicles" | "admission">,
): Promise<Result<ProcessedPhoto>> {
  if (!vehicle || !upload) return ok(result);
  if (!vehicles) return fail(unavailable());
  admission.charge(TASK_MS.vehicle);
  const hash = await photoHash(bytes);
  let position: number | null;
  try {
    const entry = entryOf(filename, result);
    position = await job.step("vehicle", () => vehicles.add(vehicle, hash, entry));
  } catch (cause) {
    job.signal.throwIfAborted();
    return fail(unavailable(cause));
  }
  if (position === null) return fail(full(vehicle.id));
  return ok({ ...result, vehicle: { id: vehicle.id, photoHash: hash, position } });
}

/** Selects what a set keeps of a photo. */
function entryOf(
  filename: string | null,
  { originalSize, variants, storageUrls = {}, quality, warnings }: ProcessedPhoto,
): VehiclePhoto {
  const places = variants.map(({ name, width, height, subject }) => [
    name,
    { width, height, subject },
  ]);
  return {
    filename,
    original_size: [originalSize.width, originalSize.height],
    storage_urls: storageUrls,
    variants: Object.fromEntries(places),
    quality,
    warnings,
  };
}

function unavailable(cause?: unknown): AppError {
  const message =
    "The photo's files are stored, but the database, which keeps the vehicle's set, cannot be reached. Send the photo again.";
  return new AppError("vehicle_unavailable", message, { cause });
}

function full(id: string): AppError {
  const message =
    `The vehicle "${id}" has ${MAX_VEHICLE_PHOTOS} photos already. The photo's files are stored, but it is not in the set.`;
  return new AppError("vehicle_full", message, { details: { max_photos: MAX_VEHICLE_PHOTOS } });
}
