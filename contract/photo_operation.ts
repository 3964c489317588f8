import type { ErrorCode } from "../shared/errors.ts";
import { AUTH_CODES, errorAnswers } from "./answers.ts";
import { headersOf } from "./headers.ts";
import { type ComponentName, type JsonObject, refOf } from "./json.ts";
import { VEHICLE_RULES } from "./refine.ts";
import { EVENTS, KEPT_REPLY, LEGACY_REPLY, STORED_REPLY } from "./reply_examples.ts";

/** Error codes of a photo. */
const CODES: readonly ErrorCode[] = [
  ...AUTH_CODES,
  "invalid_json",
  "invalid_multipart",
  "invalid_base64",
  "invalid_request",
  "invalid_options",
  "missing_image",
  "source_forbidden",
  "backdrop_forbidden",
  "backdrop_not_found",
  "backdrop_invalid",
  "source_not_found",
  "body_too_large",
  "unsupported_media_type",
  "unsupported_image_type",
  "unsupported_image_encoding",
  "invalid_image",
  "image_too_large",
  "image_too_costly",
  "image_crashes_engine",
  "quality_rejected",
  "engine_failed",
  "storage_failed",
  "storage_rejected",
  "legacy_failed",
  "isolate_busy",
  "vehicle_full",
  "vehicle_unavailable",
];

/** Settings beside the options. */
const SETTINGS = [
  "filename",
  "upload_to_storage",
  "return_images",
  "force",
  "vehicle_id",
  "position",
];

const DESCRIPTION =
  `Removes the background, crops to the car, draws a shadow, renders \`processed\`, \`grid\` (600 x 400) and \`detail\`
(1200 x 800), and writes them to Storage if the request asks for it. The body has one of four forms: JSON with \`image_base64\` or
\`storage_path\`, a multipart form, or the image's bytes.

A photo whose background cannot be removed is processed with its background: status 200, \`metadata.background.removed\` is false,
and \`warnings\` says why. The function renders the same photo with the same options once.

With \`Accept: text/event-stream\` the answer is a stream that reports each step as it starts. A request that is refused before the
first step has an ordinary error.

With \`vehicle_id\` the photo joins the set of that vehicle, which \`GET /process-image/vehicles/{id}\` returns.`;

/**
 * `POST /process-image`.
 *
 * @param schemas The document's schemas. The query has the same fields.
 * @param common Parameters of every operation.
 */
export function photoOperation(
  schemas: Record<ComponentName, JsonObject>,
  common: JsonObject[],
): JsonObject {
  const fields = (name: ComponentName) => schemas[name].properties as Record<string, JsonObject>;
  const settings = Object.fromEntries(
    SETTINGS.map((name) => [name, fields("PhotoRequest")[name]]),
  );
  return {
    operationId: "processPhoto",
    tags: ["Photos"],
    summary: "Processes one photo",
    description: DESCRIPTION,
    parameters: [
      ...Object.entries({ ...fields("PhotoOptions"), ...settings }).map(queryParameter),
      PROCESSOR,
      ...common,
    ],
    requestBody: requestBody(settings),
    responses: {
      200: {
        description:
          "The photo is processed. Of a stream: processing has started, and the last event has the answer.",
        headers: headersOf(["x-request-id", "server-timing?"]),
        content: {
          "application/json": {
            schema: {
              oneOf: [{ $ref: refOf("PhotoReply") }, { $ref: refOf("LegacyReply") }],
              discriminator: {
                propertyName: "served_by",
                mapping: { new: refOf("PhotoReply"), legacy: refOf("LegacyReply") },
              },
            },
            examples: {
              stored: { summary: "Written to Storage", value: STORED_REPLY },
              kept: {
                summary: "One variant in the answer; API4.ai did not answer",
                value: KEPT_REPLY,
              },
              legacy: { summary: "Processed by the legacy service", value: LEGACY_REPLY },
            },
          },
          "text/event-stream": {
            schema: {
              type: "string",
              description:
                "Events `step` with a `StepEvent` as data, and at the end one event `answer` with an `AnswerEvent` as data. If the stream " +
                "ends without `answer`, the connection was lost: send the photo again.",
            },
            examples: { events: { summary: "A new photo", value: EVENTS } },
          },
        },
      },
      ...errorAnswers(CODES, ["server-timing?"]),
    },
  };
}

/** `x-processor`. */
const PROCESSOR: JsonObject = {
  name: "x-processor",
  in: "header",
  description:
    "Service that processes the photo, without a fallback. `legacy` needs the setting `LEGACY_PROCESSOR_URL`.",
  schema: { type: "string", enum: ["new", "legacy"] },
};

function queryParameter([name, { description, ...schema }]: [string, JsonObject]): JsonObject {
  const isList = schema.type === "array";
  return {
    name,
    in: "query",
    description: `${description} Only if the body is the image's bytes.`,
    schema,
    ...(isList && { style: "form", explode: false }),
  };
}

function requestBody(settings: JsonObject): JsonObject {
  const bytes = { schema: { description: "The photo's bytes. The query has the settings." } };
  return {
    required: true,
    description:
      "JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP or GIF, of at most `MAX_IMAGE_BYTES` (41943040 by default). The function detects the " +
      "type from the bytes, not from the name or `Content-Type`.",
    content: {
      "application/json": {
        schema: { $ref: refOf("PhotoRequest") },
        examples: {
          base64: {
            summary: "The photo itself",
            value: {
              image_base64: "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//",
              filename: "car.jpg",
              options: { padding: 20, shadow: "none", variants: ["grid"] },
            },
          },
          storage: {
            summary: "A photo in Storage",
            value: {
              storage_path: { bucket: "car-originals", path: "2026/car.jpg" },
              upload_to_storage: true,
            },
          },
          vehicle: {
            summary: "The first photo of a vehicle",
            value: {
              storage_path: { bucket: "car-originals", path: "2026/front.jpg" },
              upload_to_storage: true,
              vehicle_id: "stock-4711",
              position: 0,
            },
          },
        },
      },
      "multipart/form-data": {
        schema: {
          type: "object",
          properties: {
            file: {
              type: "string",
              contentMediaType: "application/octet-stream",
              description: "The photo, as a file part.",
            },
            options: { $ref: refOf("PhotoOptions"), description: "The options, as JSON text." },
            ...settings,
          },
          required: ["file"],
          ...VEHICLE_RULES,
          additionalProperties: false,
        },
        encoding: { options: { contentType: "application/json" } },
      },
      "image/*": bytes,
      "application/octet-stream": bytes,
    },
  };
}
