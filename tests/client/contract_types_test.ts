import assert from "node:assert/strict";
import type { z } from "zod";
import type { components } from "../../client/src/contract.ts";
import type { ErrorCode } from "../../shared/errors.ts";
import type {
  batchCreatedSchema,
  batchReplySchema,
} from "../../shared/batch/batch_reply_schema.ts";
import type { batchRequestSchema, requeueSchema } from "../../shared/batch/batch_schemas.ts";
import type { metricsSchema } from "../../shared/status/metrics_schema.ts";
import type { stepEventSchema } from "../../contract/progress_schema.ts";
import type { deepHealthSchema, healthSchema } from "../../shared/status/health_schema.ts";
import type { errorSchema } from "../../shared/http/error_schema.ts";
import type { replySchema } from "../../shared/photo/reply_schema.ts";
import type { jsonRequestSchema, storagePath } from "../../shared/photo/body/request_schemas.ts";
import type { optionsSchema } from "../../shared/photo/options.ts";
import type { WarningCode } from "../../shared/photo/warning.ts";
import { CONTRACT } from "../helpers/contract.ts";

// What is wrong with a type does not compile, so that no test of this file begins.

/** A type with its parts written out: the compiler compares what is spelled alike. */
type Plain<T> = T extends readonly unknown[] ? { [Index in keyof T]: Plain<T[Index]> }
  : T extends object ? { [Name in keyof T]: Plain<T[Name]> }
  : T;

/** Whether two types are the same in every field, and in whether it has to be there: more than that each takes the other. */
type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends
  (<T>() => T extends Plain<B> ? 1 : 2) ? true : false;

type Schemas = components["schemas"];

/** The client's types by the server's schemas. */
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
  PhotoReply: Same<Schemas["PhotoReply"], z.output<typeof replySchema>>;
  ErrorReply: Same<Schemas["ErrorReply"], z.output<typeof errorSchema>>;
  ErrorCode: Same<Schemas["ErrorCode"], ErrorCode>;
  WarningCode: Same<Schemas["WarningCode"], WarningCode>;
  BatchCreated: Same<
    Schemas["BatchCreated"],
    z.output<typeof batchCreatedSchema>
  >;
  Batch: Same<Schemas["Batch"], z.output<typeof batchReplySchema>>;
  Health: Same<Schemas["Health"], z.output<typeof healthSchema>>;
  DeepHealth: Same<Schemas["DeepHealth"], z.output<typeof deepHealthSchema>>;
  Metrics: Same<Schemas["Metrics"], z.output<typeof metricsSchema>>;
  StepEvent: Same<Schemas["StepEvent"], z.output<typeof stepEventSchema>>;
  VariantMetadata: Same<
    Schemas["VariantMetadata"],
    NonNullable<z.output<typeof replySchema>["metadata"]["grid"]>
  >;
  Figures: Same<
    Schemas["Figures"],
    z.output<typeof metricsSchema>["isolate"]["all"]
  >;
}

/** Differences that have to be seen, as false. */
const DIFFERENT: [
  Same<{ a?: string }, { a: string }>,
  Same<{ a?: string }, Record<never, never>>,
  Same<{ a: { b: string }[] }, { a: { b: string | null }[] }>,
  Same<"a" | "b", "a" | "b" | "c">,
  Same<[number, number], number[]>,
] = [false, false, false, false, false];

/** What the function has no schema of: it is another's, or is told in words only. */
const OTHERS = ["AnswerEvent", "LegacyReply", "PlatformError", "WorkAccepted"];

const CHECKS: Checks = {
  PhotoOptions: true,
  StoragePath: true,
  PhotoRequest: true,
  BatchRequest: true,
  Requeue: true,
  PhotoReply: true,
  ErrorReply: true,
  ErrorCode: true,
  WarningCode: true,
  BatchCreated: true,
  Batch: true,
  Health: true,
  DeepHealth: true,
  Metrics: true,
  StepEvent: true,
  VariantMetadata: true,
  Figures: true,
};

Deno.test("every type of the client's is held to the server's schema", () => {
  const checked = Object.entries(CHECKS).filter(([, same]) => same).map(([name]) => name);
  assert.ok(DIFFERENT.every((same) => !same));
  assert.deepEqual([...checked, ...OTHERS].sort(), Object.keys(CONTRACT.components.schemas).sort());
});
