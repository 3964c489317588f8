import type { components } from "./contract.ts";

/** Types of the function's interface, generated from the schemas with which the function checks requests. */
type Schemas = components["schemas"];

/** Options of a photo's result; every option has a default. */
export type PhotoOptions = Schemas["PhotoOptions"];

/** The function's answer to a processed photo. */
export type PhotoReply = Schemas["PhotoReply"];

/** The function's answer to a failed request. */
export type ErrorReply = Schemas["ErrorReply"];

/** A documented error code of the function. */
export type ErrorCode = Schemas["ErrorCode"];

/** The code of a warning: the photo was processed, but not quite as requested. */
export type WarningCode = Schemas["WarningCode"];

/** The function's answer to a created batch. */
export type BatchCreated = Schemas["BatchCreated"];

/** The state of a batch. */
export type Batch = Schemas["Batch"];

/** A photo to delete: by the hash of its file, or by the path of its original. */
export type PhotoToDelete = Schemas["DeleteRequest"]["photos"][number];

/** The function's answer to deleted photos. */
export type Deleted = Schemas["Deleted"];

/** A batch item: a photo's path and its options. */
export type BatchItem = Schemas["BatchRequest"]["items"][number];

/** The photos of a vehicle in their order. */
export type Vehicle = Schemas["Vehicle"];

/** A new order of a vehicle's photos, and the cover. */
export type VehicleOrder = Schemas["VehicleOrder"];

/** A set of photos that is forgotten. */
export type VehicleForgotten = Schemas["VehicleForgotten"];

/** The path of a photo in Storage. */
export type StoragePath = Schemas["StoragePath"];

/** The name of a variant that every portal has. */
export type NamedVariant =
  | "processed"
  | "grid"
  | "detail"
  | "google_vehicle_ads"
  | "facebook_square"
  | "facebook_wide";

/** The name of a variant: one that every portal has, or one of the portal's own. */
export type Variant = NamedVariant | (string & Record<never, never>);
