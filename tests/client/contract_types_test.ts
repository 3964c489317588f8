// Proves that the client's types equal the server's schemas. A difference is a compile error, before any test starts.
import assert from "node:assert/strict";
import type { z } from "zod";
import type { components } from "../../client/src/contract.ts";
import type { ErrorCode } from "../../shared/errors.ts";
import type {
  batchCreatedSchema,
  batchReplySchema,
} from "../../shared/batch/batch_reply_schema.ts";
import type { batchRequestSchema, requeueSchema } from "../../shared/batch/batch_schemas.ts";
import type { eraseReplySchema } from "../../shared/erase/erase_reply_schema.ts";
import type { eraseRequestSchema } from "../../shared/erase/erase_schemas.ts";
import type { metricsSchema } from "../../shared/status/metrics_schema.ts";
import type { stepEventSchema } from "../../contract/progress_schema.ts";
import type { deepHealthSchema, healthSchema } from "../../shared/status/health_schema.ts";
import type { errorSchema } from "../../shared/http/error_schema.ts";
import type { replySchema } from "../../shared/photo/reply_schema.ts";
import type { jsonRequestSchema, storagePath } from "../../shared/photo/body/request_schemas.ts";
import type { optionsSchema } from "../../shared/photo/options.ts";
import type { WarningCode } from "../../shared/photo/warning.ts";
import type { arrangementSchema } from "../../shared/vehicle/arrangement_schema.ts";
import type {
  vehicleForgottenSchema,
  vehicleReplySchema,
} from "../../shared/vehicle/vehicle_reply_schema.ts";
import { CONTRACT } from "../helpers/contract.ts";

/** A type with all its parts expanded, as the compiler compares their spelling. */
type Plain<T> = T extends readonly unknown[] ? { [Index in keyof T]: Plain<T[Index]> }
  : T extends object ? { [Name in keyof T]: Plain<T[Name]> }
  : T;

/** `true` if two types have the same fields, required and optional ones alike; stricter than mutual assignability. */
type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends
  (<T>() => T extends Plain<B> ? 1 : 2) ? true : false;

type Schemas = components["schemas"];

/** Each type of the client, compared with the server's schema. */
interface Checks {
  PhotoOptions: Same<Schemas["PhotoOptions"], z.input<typeof optionsSchema>>;
  StoragePath: Same<Schemas["StoragePath"], z.input<typeof storagePath>>;
  PhotoRequest: Same<
    Schemas["PhotoRequest"],
    z.input<typeof jsonRequestSchema>
  >;
  BatchRequest: Same<
    Schemas["BatchRequest"],
    z.input<ReturnType<typeof batchRequestSchema>>
  >;
  Requeue: Same<Schemas["Requeue"], z.input<ReturnType<typeof requeueSchema>>>;
  Vehicle: Same<Schemas["Vehicle"], z.output<typeof vehicleReplySchema>>;
  VehicleForgotten: Same<Schemas["VehicleForgotten"], z.output<typeof vehicleForgottenSchema>>;
  VehicleOrder: Same<Schemas["VehicleOrder"], z.input<ReturnType<typeof arrangementSchema>>>;
  VehiclePlace: Same<
    Schemas["VehiclePlace"],
    NonNullable<z.output<typeof replySchema>["vehicle"]>
  >;
  PhotoReply: Same<Schemas["PhotoReply"], z.output<typeof replySchema>>;
  ErrorReply: Same<Schemas["ErrorReply"], z.output<typeof errorSchema>>;
  ErrorCode: Same<Schemas["ErrorCode"], ErrorCode>;
  WarningCode: Same<Schemas["WarningCode"], WarningCode>;
  BatchCreated: Same<
    Schemas["BatchCreated"],
    z.output<typeof batchCreatedSchema>
  >;
  Batch: Same<Schemas["Batch"], z.output<typeof batchReplySchema>>;
  DeleteRequest: Same<
    Schemas["DeleteRequest"],
    z.input<ReturnType<typeof eraseRequestSchema>>
  >;
  Deleted: Same<Schemas["Deleted"], z.output<typeof eraseReplySchema>>;
  Health: Same<Schemas["Health"], z.output<typeof healthSchema>>;
  DeepHealth: Same<Schemas["DeepHealth"], z.output<typeof deepHealthSchema>>;
  Metrics: Same<Schemas["Metrics"], z.output<typeof metricsSchema>>;
  StepEvent: Same<Schemas["StepEvent"], z.output<typeof stepEventSchema>>;
  VariantMetadata: Same<
    Schemas["VariantMetadata"],
    NonNullable<z.output<typeof replySchema>["metadata"]["grid"]>
  >;
  Box: Same<Schemas["Box"], z.output<typeof replySchema>["metadata"]["crop"]>;
  Quality: Same<Schemas["Quality"], z.output<typeof replySchema>["metadata"]["quality"]>;
  Figures: Same<
    Schemas["Figures"],
    z.output<typeof metricsSchema>["isolate"]["all"]
  >;
}

/** Types that differ, so that {@linkcode Same} has to be `false`. */
const DIFFERENT: [
  Same<{ a?: string }, { a: string }>,
  Same<{ a?: string }, Record<never, never>>,
  Same<{ a: { b: string }[] }, { a: { b: string | null }[] }>,
  Same<"a" | "b", "a" | "b" | "c">,
  Same<[number, number], number[]>,
] = [false, false, false, false, false];

/** Types without a schema in the function: other services' answers, and those that only the text describes. */
const OTHERS = ["AnswerEvent", "LegacyReply", "PlatformError", "WorkAccepted"];

const CHECKS: Checks = {
  PhotoOptions: true,
  StoragePath: true,
  PhotoRequest: true,
  BatchRequest: true,
  Requeue: true,
  Vehicle: true,
  VehicleForgotten: true,
  VehicleOrder: true,
  VehiclePlace: true,
  PhotoReply: true,
  ErrorReply: true,
  ErrorCode: true,
  WarningCode: true,
  BatchCreated: true,
  Batch: true,
  DeleteRequest: true,
  Deleted: true,
  Health: true,
  DeepHealth: true,
  Metrics: true,
  StepEvent: true,
  VariantMetadata: true,
  Box: true,
  Quality: true,
  Figures: true,
};

Deno.test("every type of the client equals the server's schema", () => {
  const checked = Object.entries(CHECKS).filter(([, same]) => same).map(([name]) => name);
  assert.ok(DIFFERENT.every((same) => !same));
  assert.deepEqual([...checked, ...OTHERS].sort(), Object.keys(CONTRACT.components.schemas).sort());
});
