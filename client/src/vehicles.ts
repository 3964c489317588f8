import { type Answered, answered } from "./answered.ts";
import type { BatchCallOptions } from "./batches.ts";
import { callFunction, type FunctionCall } from "./call_function.ts";
import { retrying } from "./retrying.ts";
import type { SupabaseLike } from "./supabase_like.ts";
import type { Vehicle, VehicleForgotten, VehicleOrder } from "./types.ts";

/** Options of every call for a vehicle. */
export type VehicleCallOptions = BatchCallOptions;

/**
 * Reads the photos of a vehicle: those that were processed with its `vehicleId`, in their order.
 *
 * @example
 * ```ts
 * const { data, error } = await getVehicle(supabase, "stock-4711");
 * if (error?.code === "vehicle_not_found") console.log("no photos yet");
 * else console.log(data?.photos.map(({ storage_urls }) => storage_urls.grid));
 * ```
 */
export function getVehicle(
  supabase: SupabaseLike,
  vehicleId: string,
  options: VehicleCallOptions = {},
): Promise<Answered<Vehicle>> {
  return callVehicle(supabase, vehicleId, options, { method: "GET" });
}

/**
 * Sets the order of a vehicle's photos, and the cover.
 *
 * @param order The `photo_hash` of every photo of the set, and that of the cover; without `cover`, the cover stays.
 * @returns The photos after that. The error `vehicle_conflict` means that the set has other photos: read it again.
 */
export function setVehicle(
  supabase: SupabaseLike,
  vehicleId: string,
  order: VehicleOrder,
  options: VehicleCallOptions = {},
): Promise<Answered<Vehicle>> {
  return callVehicle(supabase, vehicleId, options, {
    method: "PUT",
    body: { ...order },
  });
}

/**
 * Forgets the set of a vehicle. Its files stay.
 *
 * @returns The number of its photos. If an answer is lost, the repeated call ends with `vehicle_not_found`: the set is forgotten.
 */
export function deleteVehicle(
  supabase: SupabaseLike,
  vehicleId: string,
  options: VehicleCallOptions = {},
): Promise<Answered<VehicleForgotten>> {
  return callVehicle(supabase, vehicleId, options, { method: "DELETE" });
}

function callVehicle<T extends object>(
  supabase: SupabaseLike,
  vehicleId: string,
  { signal, retry, functionName = "process-image" }: VehicleCallOptions,
  call: FunctionCall,
): Promise<Answered<T>> {
  const path = `${functionName}/vehicles/${encodeURIComponent(vehicleId)}`;
  const run = () => callFunction<T>(supabase, path, { ...call, signal });
  return answered(signal, () => retrying(run, { ...retry, signal }));
}
