import { AppError } from "../errors.ts";
import type { HttpContext } from "../http/context.ts";
import { SETTINGS_BOUNDS } from "../http/json_body.ts";
import { readJson } from "../http/read_json.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { PhotoDeps } from "../photo/photo_deps.ts";
import { VEHICLE_ID } from "../photo/vehicle/vehicle_place.ts";
import type { VehicleSet } from "../photo/vehicle/vehicle_set.ts";
import type { VehicleStore } from "../photo/vehicle/vehicle_store.ts";
import { arrangementSchema } from "./arrangement_schema.ts";
import { consistencyOf } from "./consistency.ts";
import type { VehicleForgotten, VehicleReply } from "./vehicle_reply_schema.ts";

/** The dependencies of the routes of vehicles. */
export interface VehicleDeps {
  process: Pick<PhotoDeps["process"], "admission">;
  vehicleStore: Pick<VehicleStore, "show" | "arrange" | "forget">;
}

/** Headers of every answer: a set changes. */
const HEADERS = { "cache-control": "no-store" };

/**
 * Answers `GET /process-image/vehicles/{id}` with the vehicle's photos.
 *
 * @returns The answer, or `vehicle_not_found`, `vehicle_unavailable`.
 */
export async function showVehicle(c: HttpContext, deps: VehicleDeps): Promise<Result<Response>> {
  const id = readId(c);
  if (!id.ok) return id;
  const set = await orUnavailable(deps.vehicleStore.show(id.value));
  if (!set.ok) return set;
  return set.value === null ? fail(notFound(id.value)) : ok(respond(c, id.value, set.value, deps));
}

/**
 * Answers `PUT /process-image/vehicles/{id}`: sets the order of the photos, and the cover.
 *
 * @returns The answer, or `readJson`'s errors, `vehicle_not_found`, `vehicle_conflict`, `vehicle_unavailable`.
 */
export async function arrangeVehicle(c: HttpContext, deps: VehicleDeps): Promise<Result<Response>> {
  const body = await readJson(c.req.raw, arrangementSchema(), SETTINGS_BOUNDS);
  if (!body.ok) return body;
  const id = readId(c);
  if (!id.ok) return id;
  const arranged = await orUnavailable(deps.vehicleStore.arrange(id.value, body.value));
  if (!arranged.ok) return arranged;
  if (arranged.value === null) return fail(notFound(id.value));
  const { unknown, missing, photos } = arranged.value;
  if (photos !== null) return ok(respond(c, id.value, photos, deps));
  const { photos: order, cover } = body.value;
  const isCoverOnly = missing.length === 0 && !unknown.some((hash) => order.includes(hash));
  const message = isCoverOnly
    ? `The cover ${cover} is no photo of the vehicle "${id.value}". Send the hash of one of its photos, or null for no cover.`
    : `The set of the vehicle "${id.value}" has other photos: ${unknown.length} of the hashes are unknown, and ` +
      `${missing.length} of its photos are missing. Get the set, and send its photos in their new order.`;
  return fail(new AppError("vehicle_conflict", message, { details: { unknown, missing } }));
}

/**
 * Answers `DELETE /process-image/vehicles/{id}`: forgets the set. The files stay.
 *
 * @returns The answer, or `vehicle_not_found`, `vehicle_unavailable`.
 */
export async function forgetVehicle(c: HttpContext, deps: VehicleDeps): Promise<Result<Response>> {
  const id = readId(c);
  if (!id.ok) return id;
  deps.process.admission.charge(TASK_MS.vehicleSet.each);
  const photos = await orUnavailable(deps.vehicleStore.forget(id.value));
  if (!photos.ok) return photos;
  if (photos.value === 0) return fail(notFound(id.value));
  const reply: VehicleForgotten = {
    vehicle_id: id.value,
    photos: photos.value,
    request_id: c.var.requestId,
  };
  return ok(Response.json(reply, { headers: HEADERS }));
}

function respond(
  { var: { requestId } }: HttpContext,
  id: string,
  set: VehicleSet,
  { process: { admission } }: VehicleDeps,
): Response {
  admission.charge(TASK_MS.vehicleSet.each + TASK_MS.vehicleSet.perPhoto * set.length);
  const reply: VehicleReply = {
    vehicle_id: id,
    cover: set.find(({ is_cover }) => is_cover)?.photo_hash ?? null,
    photos: set.map(({ photo_hash, position, photo }) => ({ photo_hash, position, ...photo })),
    consistency: consistencyOf(set),
    request_id: requestId,
  };
  return Response.json(reply, { headers: HEADERS });
}

/** Reads the path's id. No set has an id of another form. */
function readId(c: HttpContext): Result<string> {
  const id = c.req.param("id")!;
  return VEHICLE_ID.test(id) ? ok(id) : fail(notFound(id));
}

function notFound(id: string): AppError {
  const message = `There are no photos of a vehicle "${id.slice(0, 64)}".`;
  return new AppError("vehicle_not_found", message);
}

async function orUnavailable<T>(call: Promise<T>): Promise<Result<T>> {
  try {
    return ok(await call);
  } catch (cause) {
    const message = "The database, which keeps the vehicles' sets, cannot be reached. Try again.";
    return fail(new AppError("vehicle_unavailable", message, { cause }));
  }
}
