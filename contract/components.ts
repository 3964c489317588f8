import { batchCreatedSchema, batchReplySchema } from "../shared/batch/batch_reply_schema.ts";
import { batchRequestSchema, requeueSchema } from "../shared/batch/batch_schemas.ts";
import { eraseReplySchema } from "../shared/erase/erase_reply_schema.ts";
import { eraseRequestSchema } from "../shared/erase/erase_schemas.ts";
import { figuresSchema, metricsSchema } from "../shared/status/metrics_schema.ts";
import { answerEventSchema, legacyReplySchema, stepEventSchema } from "./progress_schema.ts";
import { deepHealthSchema, healthSchema } from "../shared/status/health_schema.ts";
import { errorCodeSchema, errorSchema } from "../shared/http/error_schema.ts";
import {
  boxSchema,
  qualitySchema,
  replySchema,
  variantMetadataSchema,
  vehiclePlaceSchema,
  warningCodeSchema,
} from "../shared/photo/reply_schema.ts";
import { jsonRequestSchema, storagePath } from "../shared/photo/body/request_schemas.ts";
import { optionsSchema } from "../shared/photo/options.ts";
import { arrangementSchema } from "../shared/vehicle/arrangement_schema.ts";
import {
  vehicleForgottenSchema,
  vehicleReplySchema,
} from "../shared/vehicle/vehicle_reply_schema.ts";
import type { ComponentName, Json, JsonObject } from "./json.ts";
import { toJsonSchemas } from "./json_schemas.ts";
import { refine } from "./refine.ts";

/** Schemas of requests. */
const REQUESTS = {
  PhotoOptions: optionsSchema,
  StoragePath: storagePath,
  PhotoRequest: jsonRequestSchema,
  BatchRequest: batchRequestSchema(),
  Requeue: requeueSchema(),
  DeleteRequest: eraseRequestSchema(),
  VehicleOrder: arrangementSchema(),
};

/** Schemas of answers. */
const ANSWERS = {
  PhotoReply: replySchema,
  VariantMetadata: variantMetadataSchema,
  Box: boxSchema,
  Quality: qualitySchema,
  WarningCode: warningCodeSchema,
  LegacyReply: legacyReplySchema,
  BatchCreated: batchCreatedSchema,
  Batch: batchReplySchema,
  Deleted: eraseReplySchema,
  Vehicle: vehicleReplySchema,
  VehicleForgotten: vehicleForgottenSchema,
  VehiclePlace: vehiclePlaceSchema,
  Health: healthSchema,
  DeepHealth: deepHealthSchema,
  Metrics: metricsSchema,
  Figures: figuresSchema,
  StepEvent: stepEventSchema,
  AnswerEvent: answerEventSchema,
  ErrorReply: errorSchema,
  ErrorCode: errorCodeSchema,
};

/** Schemas without a zod schema in the function. */
const OTHERS = {
  WorkAccepted: {
    type: "object",
    description: "The function works on the queue.",
    properties: {
      accepted: { type: "boolean", const: true, description: "Always true." },
      request_id: { type: "string", description: "Id of the request." },
    },
    required: ["accepted", "request_id"],
    additionalProperties: false,
  },
  PlatformError: {
    type: "object",
    description:
      "An answer of Supabase in the function's place. The header `sb-error-code` has the same code.",
    properties: {
      code: {
        type: "string",
        description: "Such as `WORKER_LIMIT`, `BOOT_ERROR`, `WORKER_ERROR`, `IDLE_TIMEOUT`.",
      },
      message: { type: "string", description: "What happened, as a sentence." },
    },
    required: ["code", "message"],
  },
} satisfies Partial<Record<ComponentName, Json>>;

/**
 * The document's schemas, from the zod schemas that check requests and that answers have as their type.
 *
 * @throws {Error} If a schema or one of its fields has no description.
 */
export function componentSchemas(): Record<ComponentName, JsonObject> {
  const all: Record<ComponentName, JsonObject> = {
    ...toJsonSchemas(REQUESTS, "input"),
    ...toJsonSchemas(ANSWERS, "output"),
    ...structuredClone(OTHERS),
  };
  refine(all);
  return all;
}
