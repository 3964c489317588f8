import { VehicleStore } from "../photo/vehicle/vehicle_store.ts";
import type { VehicleDeps } from "../vehicle/handle_vehicle.ts";
import type { Core } from "./core.ts";

/** Builds the services for vehicles' sets of photos. */
export function createVehicleServices(
  { admission, service }: Core,
): VehicleDeps {
  return { process: { admission }, vehicleStore: new VehicleStore(service) };
}
