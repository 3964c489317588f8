import { optionsSchema } from "../shared/photo/options.ts";
import { batchCreatedSchema, batchReplySchema } from "../shared/batch/batch_reply_schema.ts";
import { batchRequestSchema, requeueSchema } from "../shared/batch/batch_schemas.ts";
import { metricsSchema } from "../shared/status/metrics_schema.ts";
import { answerEventSchema, stepEventSchema } from "../shared/photo/progress_schema.ts";
import {
  deepHealthSchema,
  errorSchema,
  healthSchema,
  jsonRequestSchema,
  replySchema,
  storagePath,
} from "../shared/http/schemas.ts";
import {
  BATCH_CREATED_NOTES,
  BATCH_NOTES,
  BATCH_REQUEST_NOTES,
  REQUEUE_NOTES,
} from "./batch_notes.ts";
import { type NamedSchema, toJsonSchemas } from "./json_schemas.ts";
import type { ComponentName, Json, JsonObject } from "./notes.ts";
import {
  ANSWER_BODY_NOTE,
  ANSWER_NOTES,
  ERROR_NOTES,
  OPTIONS_NOTES,
  REPLY_NOTES,
  REQUEST_NOTES,
  STEP_NOTES,
  STORAGE_PATH_NOTES,
  VARIANT_NOTES,
} from "./photo_notes.ts";
import { refine } from "./refine.ts";
import { DEEP_HEALTH_NOTES, FIGURES_NOTES, HEALTH_NOTES, METRICS_NOTES } from "./status_notes.ts";

/** What callers send. */
const requests = () => ({
  PhotoOptions: {
    schema: optionsSchema,
    description: "What to make of a photo. Every option has a default.",
    notes: OPTIONS_NOTES,
  },
  StoragePath: {
    schema: storagePath,
    description: "A photo that is in Storage.",
    notes: STORAGE_PATH_NOTES,
  },
  PhotoRequest: {
    schema: jsonRequestSchema,
    description: "A photo and its settings: one of `image_base64` and `storage_path`.",
    notes: REQUEST_NOTES,
  },
  BatchRequest: {
    schema: batchRequestSchema(),
    description: "Photos that are in Storage.",
    notes: BATCH_REQUEST_NOTES,
  },
  Requeue: {
    schema: requeueSchema(),
    description: "Which failed photos are to be tried again.",
    notes: REQUEUE_NOTES,
  },
} satisfies Partial<Record<ComponentName, NamedSchema>>);

/** What the function answers. */
const answers = () => ({
  PhotoReply: {
    schema: replySchema,
    description: "A photo that was processed by the function's own pipeline.",
    notes: REPLY_NOTES,
  },
  VariantMetadata: {
    schema: replySchema.shape.metadata.shape.processed.unwrap(),
    description: "A variant's file.",
    notes: VARIANT_NOTES,
  },
  WarningCode: {
    schema: replySchema.shape.warnings.element.shape.code,
    description:
      "Why a photo was processed otherwise than asked: `background_removal_...` tells why its background was kept, " +
      "`image_damaged` that parts of the picture may look wrong, since its file is damaged, `color_profile_ignored` that its colour " +
      "profile is damaged or describes another kind of picture, and was not used, `crop_uncertain` that the crop may cut the car, " +
      "since parts of it are nearly as white as the ground around it.",
  },
  BatchCreated: {
    schema: batchCreatedSchema,
    description: "A batch that stands in the queue.",
    notes: BATCH_CREATED_NOTES,
  },
  Batch: { schema: batchReplySchema, description: "How a batch is.", notes: BATCH_NOTES },
  Health: { schema: healthSchema, description: "The function answers.", notes: HEALTH_NOTES },
  DeepHealth: {
    schema: deepHealthSchema,
    description: "Whether what the function depends on works.",
    notes: DEEP_HEALTH_NOTES,
  },
  Metrics: {
    schema: metricsSchema,
    description: "What became of the photos. At the top stand the figures of `isolate.all`.",
    notes: METRICS_NOTES,
  },
  Figures: {
    schema: metricsSchema.shape.isolate.shape.all,
    description: "Figures of photo requests.",
    notes: FIGURES_NOTES,
  },
  StepEvent: {
    schema: stepEventSchema,
    description: "Data of an event `step` of a streamed answer.",
    notes: STEP_NOTES,
  },
  AnswerEvent: {
    schema: answerEventSchema,
    description: "Data of the event `answer`, the last one of a streamed answer.",
    notes: { ...ANSWER_NOTES, body: ANSWER_BODY_NOTE },
  },
  ErrorReply: { schema: errorSchema, description: "A request that failed.", notes: ERROR_NOTES },
  ErrorCode: {
    schema: errorSchema.shape.error.shape.code,
    description: "A stable code of an error: its meaning never changes. More may come.",
  },
} satisfies Partial<Record<ComponentName, NamedSchema>>);

/** What is no schema of the function's: it passes these on, or the platform answers in its place. */
const FOREIGN = {
  LegacyReply: {
    type: "object",
    description:
      "A photo that was processed by the legacy service, while the function takes over from it: that service's own fields, " +
      "and the last two.",
    properties: {
      success: { type: "boolean", const: true, description: "Always true." },
      served_by: { type: "string", const: "legacy", description: "Who processed the photo." },
      request_id: { type: "string", description: "The id of the request." },
    },
    required: ["success", "served_by", "request_id"],
    additionalProperties: true,
  },
  WorkAccepted: {
    type: "object",
    description: "Work has begun.",
    properties: {
      accepted: { type: "boolean", const: true, description: "Always true." },
      request_id: { type: "string", description: "The id of the request." },
    },
    required: ["accepted", "request_id"],
    additionalProperties: false,
  },
  PlatformError: {
    type: "object",
    description:
      "An answer of Supabase in the function's place. The header `sb-error-code` has the code too.",
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
 * The document's schemas, made of the zod schemas that the function checks requests with, and that its answers are typed by.
 *
 * @throws {Error} If a field has no description, or one of another component than it is.
 */
export function componentSchemas(): Record<ComponentName, JsonObject> {
  const all: Record<ComponentName, JsonObject> = {
    ...toJsonSchemas(requests(), "input"),
    ...toJsonSchemas(answers(), "output"),
    ...structuredClone(FOREIGN),
  };
  refine(all);
  return all;
}
