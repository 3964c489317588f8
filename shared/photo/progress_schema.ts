import { z } from "zod";
import { errorSchema, replySchema } from "../http/schemas.ts";

// Apart from schemas.ts: the function needs the types only.

/** The data of an event `step`: which step begins now, by its name in `timings_ms`. */
export const stepEventSchema = z.strictObject({ step: z.string() });

/** The data of that event. */
export type StepEvent = z.infer<typeof stepEventSchema>;

/** An answer by the legacy service: its own fields besides. */
const legacyReplySchema = z.looseObject({
  success: z.literal(true),
  served_by: z.literal("legacy"),
  request_id: z.string(),
});

/** The data of the event `answer`, the last one: what would have been answered without the events. */
export const answerEventSchema = z.strictObject({
  status: z.int().min(200).max(599),
  /** Those of the answer's own, by names in small letters. */
  headers: z.record(z.string(), z.string()),
  body: z.union([replySchema, legacyReplySchema, errorSchema]),
});

/** The data of that event. */
export type AnswerEvent = z.infer<typeof answerEventSchema>;
