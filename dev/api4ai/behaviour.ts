import { z } from "zod";

/** The simulator's reactions to a request with a valid key, form and image. */
export const behaviourSchema = z.discriminatedUnion("kind", [
  /** The documented answer, after `latencyMs` in addition to the simulator's own latency. */
  z.strictObject({ kind: z.literal("ok"), latencyMs: z.number().nonnegative().optional() }),
  /** The older sketch of the answer: `results[0].output_image` as a data URL. */
  z.strictObject({ kind: z.literal("ok-old-shape") }),
  /** The entities in another order and with other names, without the objects entity. */
  z.strictObject({ kind: z.literal("ok-shuffled") }),
  /** HTTP 200 whose `status.code` is "failure". */
  z.strictObject({ kind: z.literal("failure"), message: z.string().default("Processing failed") }),
  /** Any HTTP status, with a body of `{message}` by default. */
  z.strictObject({
    kind: z.literal("status"),
    status: z.int().min(200).max(599),
    body: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  /** A gateway's HTML error page. */
  z.strictObject({ kind: z.literal("html"), status: z.int().min(200).max(599).default(502) }),
  /** No answer until the caller gives up or the simulator closes. */
  z.strictObject({ kind: z.literal("hang") }),
  /** The right answer, one byte every `intervalMs`, which would take days. */
  z.strictObject({ kind: z.literal("slow-drip"), intervalMs: z.number().positive().default(50) }),
  /** The right answer cut in half, as a complete HTTP response. */
  z.strictObject({ kind: z.literal("half-json") }),
  /** The documented shape around base64 of plain text. */
  z.strictObject({ kind: z.literal("not-an-image") }),
  /** A valid image of half the received size. */
  z.strictObject({ kind: z.literal("wrong-size") }),
  /** A cutout without opaque pixels. */
  z.strictObject({ kind: z.literal("all-transparent") }),
  /** A cutout without transparent pixels. */
  z.strictObject({ kind: z.literal("all-opaque") }),
  /** A connection that closes without an answer. */
  z.strictObject({ kind: z.literal("close") }),
  /** A connection that closes in the middle of the answer. */
  z.strictObject({ kind: z.literal("close-midway") }),
  /** A reply of about `bytes` bytes in the documented shape. */
  z.strictObject({ kind: z.literal("huge"), bytes: z.int().positive() }),
  /** `{"results": []}`. */
  z.strictObject({ kind: z.literal("empty-results") }),
]);

/** A behaviour; fields with a default are optional. */
export type Behaviour = z.input<typeof behaviourSchema>;

/** A behaviour with its defaults. */
export type ParsedBehaviour = z.output<typeof behaviourSchema>;

/** One behaviour, or several for the next requests in order; the last one stays. */
export const scriptSchema = z.union([behaviourSchema, z.array(behaviourSchema).min(1)]);
