import { AUTH_CODES, errorAnswers, jsonAnswer } from "./answers.ts";
import { type JsonObject, refOf } from "./json.ts";
import { DELETED } from "./reply_examples.ts";

/** `POST /process-image/delete`. */
export const deleteOperation = (common: JsonObject[]): JsonObject => ({
  operationId: "deletePhotos",
  tags: ["Photos"],
  summary: "Deletes photos with their cutouts, results and originals",
  description:
    "For each photo: its cached cutouts, its results with all options, and its original in `SOURCE_BUCKETS`. A photo by its hash has " +
    "an original only if the hash is its name, as after an upload by the client or by `deno task batch`. Originals are read and " +
    "deleted with the caller's own rights. A repeated request answers 200 with zeros. If a request fails, the photos before the failed " +
    "one are deleted.",
  parameters: common,
  requestBody: {
    required: true,
    description: "At most 64 KiB of JSON.",
    content: {
      "application/json": {
        schema: { $ref: refOf("DeleteRequest") },
        examples: {
          sold: {
            summary: "A photo by its hash, and one by the path of its original",
            value: {
              photos: [
                { photo_hash: DELETED.photos[0].photo_hash },
                { storage_path: { bucket: "car-originals", path: "stock/b.jpg" } },
              ],
            },
          },
        },
      },
    },
  },
  responses: {
    200: jsonAnswer("The photos are deleted.", "Deleted", {
      deleted: { summary: "One photo, and one without an original", value: DELETED },
    }, ["cache-control"]),
    ...errorAnswers([
      ...AUTH_CODES,
      "invalid_json",
      "invalid_request",
      "body_too_large",
      "unsupported_media_type",
      "source_forbidden",
      "storage_failed",
      "storage_rejected",
      "queue_unavailable",
      "isolate_busy",
    ]),
  },
});
