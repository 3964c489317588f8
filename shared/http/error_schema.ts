import { z } from "zod";
import { ERROR_CATALOGUE, type ErrorCode } from "../errors.ts";

// The function imports the types only, so that these schemas cost nothing at boot.

/** A stable code of an error. */
export const errorCodeSchema = z.enum(Object.keys(ERROR_CATALOGUE) as [ErrorCode]).describe(
  "A stable code of an error. Its meaning never changes; later versions may add codes.",
);

/** The body of an error response. */ export const errorSchema = z.strictObject({
  success: z.literal(false).describe("Always false."),
  error: z.strictObject({
    code: errorCodeSchema,
    message: z.string().describe("What is wrong and what to do, as a sentence."),
    retryable: z.boolean()
      .describe("The same request can succeed later: after `Retry-After` seconds."),
    details: z.record(z.string(), z.unknown()).optional().describe(
      "Machine-readable facts that depend on the code, such as `field`, `expected` and `received`.",
    ),
  }).describe("What is wrong."),
  request_id: z.string().describe("Id of the request in the function's log."),
}).describe("A request that failed.");

/** The body of an error response. */ export type ErrorReply = z.infer<typeof errorSchema>;
