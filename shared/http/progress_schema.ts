import { z } from "zod";
import { errorSchema, replySchema } from "./schemas.ts";

// Apart from schemas.ts: the function needs the types only.

/** The data of an event `step`: which step begins now, by its name in `timings_ms`. */
export const stepEventSchema = z.strictObject({ step: z.string() });

/** The data of that event. */
export type StepEvent = z.infer<typeof stepEventSchema>;

/** The data of the event `answer`, the last one: what would have been answered without the events. */
export const answerEventSchema = z.strictObject({
  status: z.int().min(200).max(599),
  /** Those of the answer's own, by names in small letters. */
  headers: z.record(z.string(), z.string()),
  /** The legacy service's has its own fields. */
  body: z.union([replySchema, errorSchema]),
});

/** The data of that event. */
export type AnswerEvent = z.infer<typeof answerEventSchema>;
