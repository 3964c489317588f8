import { z } from "zod";

// The function imports the types only, so that these schemas cost nothing at boot.

const requestId = z.string().describe("Id of the request.");

/** The body of `health`. */
export const healthSchema = z.strictObject({
  status: z.literal("healthy").describe("Always `healthy`."),
  request_id: requestId,
}).describe("The function answers.");

/** The body of `health?deep=1`, of status 200 or 503. */
export const deepHealthSchema = z.strictObject({
  status: z.enum(["healthy", "unhealthy"])
    .describe("`unhealthy` if a check fails whose `needed` is true."),
  checks: z.array(z.strictObject({
    name: z.string().describe("`image_engine`, `storage`, `database` or `api4ai`."),
    ok: z.boolean().describe("The dependency works."),
    ms: z.number().nonnegative().describe("Duration of the check in milliseconds."),
    needed: z.boolean().describe("Photos fail without it."),
    error: z.string().optional().describe("What is wrong, as a sentence."),
  })).describe("The function's dependencies."),
  request_id: requestId,
}).describe("State of the function's dependencies.");

/** The body of `health?deep=1`. */
export type DeepHealthReply = z.infer<typeof deepHealthSchema>;
