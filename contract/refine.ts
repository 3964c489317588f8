import { VARIANTS } from "../shared/image/plan.ts";
import { type ComponentName, type JsonObject, refOf } from "./json.ts";

/** The path of an object: no empty segment, `.` or `..`, no backslash, control character or unpaired surrogate. */
const OBJECT_PATH =
  "^(?!\\.{1,2}(/|$))[^/\\\\\\u0000-\\u001f\\u007f\\ud800-\\udfff]+(/(?!\\.{1,2}(/|$))[^/\\\\\\u0000-\\u001f\\u007f\\ud800-\\udfff]+)*$";

/** `transparent`, or a hex colour of 3, 4, 6 or 8 digits. */
const COLOR = "^(transparent|#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8}))$";

/** The rules between the fields of a photo that belongs to a vehicle. */
export const VEHICLE_RULES = {
  dependentRequired: { position: ["vehicle_id"], vehicle_id: ["upload_to_storage"] },
  dependentSchemas: {
    vehicle_id: {
      properties: {
        upload_to_storage: {
          const: true,
          description: "The files of a vehicle's photo are in Storage.",
        },
      },
    },
  },
} satisfies JsonObject;

/**
 * Adds the checks that the zod schemas make in code, which zod cannot convert to JSON Schema.
 *
 * @param schemas The document's schemas. It changes them.
 */
export function refine(schemas: Record<ComponentName, JsonObject>): void {
  const field = (name: ComponentName, key: string) =>
    (schemas[name].properties as Record<string, JsonObject>)[key];
  const [color] = field("PhotoOptions", "background").anyOf as JsonObject[];
  color.pattern = COLOR;
  field("PhotoOptions", "variants").default = [...VARIANTS];
  field("StoragePath", "path").pattern = OBJECT_PATH;
  field("BatchRequest", "webhook_url").format = "uri";
  // A portal's own variants have fields of their own, in the form of the standard ones.
  schemas.PhotoReply.additionalProperties = { type: "string", contentEncoding: "base64" };
  field("PhotoReply", "metadata").additionalProperties = { $ref: refOf("VariantMetadata") };
  schemas.PhotoRequest.oneOf = [{ required: ["image_base64"] }, { required: ["storage_path"] }];
  const { items: photo } = field("DeleteRequest", "photos") as { items: JsonObject };
  (photo.properties as Record<string, JsonObject>).photo_hash.pattern = "^[0-9a-fA-F]{64}$";
  photo.oneOf = [{ required: ["photo_hash"] }, { required: ["storage_path"] }];
  Object.assign(schemas.PhotoRequest, VEHICLE_RULES);
  const item = field("BatchRequest", "items").items as JsonObject;
  item.dependentRequired = { position: ["vehicle_id"] };
  field("VehicleOrder", "photos").uniqueItems = true;
  field("AnswerEvent", "body").anyOf = (["PhotoReply", "LegacyReply", "ErrorReply"] as const)
    .map((name) => ({ $ref: refOf(name) }));
}
