import type { ErrorCode } from "../shared/errors.ts";
import { AUTH_CODES, errorAnswers, jsonAnswer } from "./answers.ts";
import { type JsonObject, refOf } from "./json.ts";
import { VEHICLE, VEHICLE_FORGOTTEN } from "./reply_examples.ts";

/** Error codes of every operation on a vehicle. */
const CODES: readonly ErrorCode[] = [
  ...AUTH_CODES,
  "vehicle_not_found",
  "not_found",
  "vehicle_unavailable",
];

const ID: JsonObject = {
  name: "id",
  in: "path",
  required: true,
  description: "The `vehicle_id` of the photos' requests.",
  schema: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
  example: VEHICLE.vehicle_id,
};

const vehicleAnswer = (description: string) =>
  jsonAnswer(description, "Vehicle", {
    one: { summary: "A vehicle with one photo", value: VEHICLE },
  }, ["cache-control"]);

/** `GET /process-image/vehicles/{id}`. */
export const showVehicleOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "showVehicle",
  tags: ["Vehicles"],
  summary: "Returns the photos of a vehicle in their order",
  description:
    "A set has the photos whose requests, or batch items, had the `vehicle_id`. Each photo is in it once, with its last result.",
  parameters: [ID, ...common],
  responses: { 200: vehicleAnswer("The photos."), ...errorAnswers(CODES) },
});

/** `PUT /process-image/vehicles/{id}`. */
export const arrangeVehicleOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "arrangeVehicle",
  tags: ["Vehicles"],
  summary: "Sets the order of a vehicle's photos, and the cover",
  description:
    "The order names each photo of the set once. Otherwise nothing changes, and the request fails with `vehicle_conflict`: a photo " +
    "may have been added meanwhile.",
  parameters: [ID, ...common],
  requestBody: {
    required: true,
    content: {
      "application/json": {
        schema: { $ref: refOf("VehicleOrder") },
        examples: {
          cover: {
            summary: "One photo, as the cover",
            value: { photos: [VEHICLE.cover], cover: VEHICLE.cover },
          },
        },
      },
    },
  },
  responses: {
    200: vehicleAnswer("The photos after the change."),
    ...errorAnswers([
      ...CODES,
      "invalid_json",
      "invalid_request",
      "body_too_large",
      "unsupported_media_type",
      "vehicle_conflict",
    ]),
  },
});

/** `DELETE /process-image/vehicles/{id}`. */
export const forgetVehicleOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "forgetVehicle",
  tags: ["Vehicles"],
  summary: "Forgets the set of a vehicle; its files stay",
  parameters: [ID, ...common],
  responses: {
    200: jsonAnswer("The set is forgotten.", "VehicleForgotten", {
      one: { summary: "A vehicle with one photo", value: VEHICLE_FORGOTTEN },
    }, ["cache-control"]),
    ...errorAnswers(CODES),
  },
});
