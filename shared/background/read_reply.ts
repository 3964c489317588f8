import { Buffer } from "node:buffer";
import { z } from "zod";
import { BackgroundError } from "./background_error.ts";

/** The published shape: entities in any order, found by kind; and the older sketch of it, `output_image`. */
const reply = z.object({
  results: z.array(z.object({
    status: z.object({ code: z.string(), message: z.string().optional() }).optional(),
    entities: z.array(z.looseObject({ kind: z.string(), image: z.string().optional() })).optional(),
    output_image: z.string().optional(),
  })).min(1),
});

/**
 * Finds the image in API4.ai's reply.
 *
 * @param text The body of an answer of status 200: which can still tell of a failure.
 * @returns The encoded image.
 * @throws {BackgroundError} `background_removal_failed` if the reply tells of a failure, and
 * `background_removal_invalid_reply` if it holds no image.
 */
export function readReply(text: string): Uint8Array<ArrayBuffer> {
  const parsed = reply.safeParse(parseJson(text));
  if (!parsed.success) throw invalid("could not be understood", parsed.error);
  const [result] = parsed.data.results;
  if (result.status && result.status.code !== "ok") {
    throw new BackgroundError(
      "background_removal_failed",
      "API4.ai could not process this photo.",
      result.status.message,
    );
  }
  const base64 =
    result.entities?.find((entity) => entity.kind === "image" && entity.image)?.image ??
      result.output_image;
  if (!base64) throw invalid("held no image");
  const bytes = Buffer.from(base64.replace(/^data:[^,]*,/, ""), "base64");
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid("was not JSON", cause);
  }
}

function invalid(how: string, cause?: unknown): BackgroundError {
  return new BackgroundError("background_removal_invalid_reply", `API4.ai's reply ${how}.`, cause);
}
