/** A JSON value of an OpenAPI document. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object of an OpenAPI document. */
export interface JsonObject {
  [name: string]: Json | undefined;
}

/** The names of the document's schemas. */
export type ComponentName =
  | "PhotoOptions"
  | "StoragePath"
  | "PhotoRequest"
  | "PhotoReply"
  | "VariantMetadata"
  | "Box"
  | "Quality"
  | "WarningCode"
  | "LegacyReply"
  | "StepEvent"
  | "AnswerEvent"
  | "BatchRequest"
  | "BatchCreated"
  | "Batch"
  | "Requeue"
  | "DeleteRequest"
  | "Deleted"
  | "Vehicle"
  | "VehicleForgotten"
  | "VehicleOrder"
  | "VehiclePlace"
  | "WorkAccepted"
  | "Health"
  | "DeepHealth"
  | "Metrics"
  | "Figures"
  | "ErrorReply"
  | "ErrorCode"
  | "PlatformError";

/** The reference to a schema of the document. */
export function refOf(name: ComponentName): string {
  return `#/components/schemas/${name}`;
}
