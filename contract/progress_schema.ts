import { z } from "zod";
import { errorSchema } from "../shared/http/error_schema.ts";
import { replySchema } from "../shared/photo/reply_schema.ts";

// The function imports the types only, so that these schemas cost nothing at boot.

/** The data of an event `step`. */
export const stepEventSchema = z.strictObject({
  step: z.string()
    .describe("Name of the step in `metadata.timings_ms`. Ignore names that you do not know."),
}).describe("Data of the event `step` of a streamed answer: a step starts.");

/** The data of an event `step`. */
export type StepEvent = z.infer<typeof stepEventSchema>;

/** The body of status 200 from the legacy service: its own fields and these. */
export const legacyReplySchema = z.looseObject({
  success: z.literal(true).describe("Always true."),
  served_by: z.literal("legacy").describe("Service that processed the photo."),
  request_id: z.string().describe("Id of the request."),
}).describe(
  "A photo that the legacy service processed, during the rollout: that service's own fields, `served_by` and `request_id`.",
);

/** The data of the event `answer`: the answer that a request without events would have. */
export const answerEventSchema = z.strictObject({
  status: z.int().min(200).max(599).describe("Status of the answer, 200 to 599."),
  headers: z.record(z.string(), z.string())
    .describe("Headers of the answer. Names are lower case, such as `retry-after`."),
  body: z.union([replySchema, legacyReplySchema, errorSchema]).describe("Body of the answer."),
}).describe("Data of the event `answer`, the last one of a streamed answer.");

/** The data of the event `answer`. */
export type AnswerEvent = z.infer<typeof answerEventSchema>;
