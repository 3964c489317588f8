import { z } from "zod";
import { decodeBase64 } from "../lib/json/decode_base64.ts";
import { type JsonBounds, parseBounded } from "../lib/json/parse_bounded.ts";
import { BackgroundError } from "./background_error.ts";
import { readPlates, type RelativeBox } from "./read_plates.ts";

/** Bounds on a reply without its image. A reply with two boxes has some 600 bytes and 40 values. */
const BOUNDS: JsonBounds = { maxBytes: 64 << 10, maxValues: 1_000 };

/** The fields of an image: in an entity of the published shape, and in the older draft. */
const IMAGE_FIELDS = ["image", "output_image"];

/**
 * The published shape, whose entities come in any order and are found by kind, and the older draft. The value of
 * an image is its index in `strings`.
 */
const reply = z.object({
  results: z.array(z.object({
    status: z.object({ code: z.string(), message: z.string().optional() }).optional(),
    entities: z.array(z.looseObject({ kind: z.string(), image: z.string().optional() })).max(100)
      .optional(),
    output_image: z.string().optional(),
  })).min(1).max(10),
});

/** The parts of a reply that the function uses. */
export interface Api4aiReply {
  /** The encoded image, a view of the reply's bytes. */
  image: Uint8Array<ArrayBuffer>;
  /** The licence plates, if the reply has any. */
  plates: RelativeBox[];
}

/**
 * Finds the image and the licence plates in the reply of API4.ai, or of a service with the same interface.
 *
 * @param bytes The body of a response with status 200, which can still report a failure. The image is decoded in place.
 * @param sender The service's name for messages, and its key, which is kept out of the log even if the reply repeats it.
 * @throws {BackgroundError} `background_removal_failed` if the reply reports a failure, and
 * `background_removal_invalid_reply` if it holds no image.
 */
export function readReply(
  bytes: Uint8Array<ArrayBuffer>,
  { name, key }: { name: string; key?: string },
): Api4aiReply {
  const invalid = (how: string, cause?: unknown) =>
    new BackgroundError("background_removal_invalid_reply", `${name}'s reply ${how}.`, cause);
  const json = parseBounded(bytes, BOUNDS, { names: IMAGE_FIELDS });
  if (!json.ok) throw invalid(HOW[json.fault], without(key, json.cause));
  const parsed = reply.safeParse(json.value);
  if (!parsed.success) throw invalid("could not be understood", without(key, parsed.error));
  const [result] = parsed.data.results;
  if (result.status && result.status.code !== "ok") {
    throw new BackgroundError(
      "background_removal_failed",
      `${name} could not process this photo.`,
      without(key, result.status.message),
    );
  }
  const textAt = (place = "") => json.strings[Number(place || NaN)];
  const raw = textAt(
    result.entities?.find(({ kind, image }) => kind === "image" && textAt(image)?.length)?.image ??
      result.output_image,
  );
  if (!raw?.length) throw invalid("held no image");
  const image = decodeBase64(raw, raw);
  if (typeof image === "string") throw invalid(image === "json" ? HOW.invalid : "held no base64");
  return { image, plates: readPlates(result.entities) };
}

const HOW = {
  invalid: "was not JSON",
  too_large: "held more than an image",
  too_many_values: "held too many values",
  too_deep: "was too deep",
};

/** Removes the key from a cause before it is logged. The errors of JSON and zod quote the reply. */
function without(key: string | undefined, cause: unknown): unknown {
  if (cause === undefined || key === undefined) return cause;
  return String(cause).replaceAll(key, "[key]");
}
