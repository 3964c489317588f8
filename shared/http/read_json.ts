import type { z } from "zod";
import type { JsonBounds } from "../lib/json/parse_bounded.ts";
import { AppError } from "../errors.ts";
import { fail, type Result } from "../lib/result.ts";
import { check, parseJson } from "./json_body.ts";
import { receiveBody, unsupportedType } from "./receive_body.ts";

/** Further settings of {@linkcode readJson}. */
export interface JsonReading {
  /** The value of an empty body. @default none: an empty body is `invalid_json` */
  empty?: unknown;
  /** Completes the parsed value before its check. @default the value as it is */
  complete?: (value: unknown) => unknown;
}

/**
 * Reads a JSON body without a photo.
 *
 * @param request The request of an authenticated caller.
 * @param schema The schema of the body.
 * @param bounds Bounds on the JSON.
 * @param more What to do with the value before the check, and the value of an empty body.
 * @returns The parsed body, or `unsupported_media_type`, `body_too_large`, `invalid_json`, `invalid_request`,
 * `invalid_options`.
 */
export async function readJson<T extends z.ZodType>(
  request: Request,
  schema: T,
  bounds: JsonBounds,
  { empty, complete = (value) => value }: JsonReading = {},
): Promise<Result<z.output<T>>> {
  const { maxBytes } = bounds;
  const body = await receiveBody(request, maxBytes);
  if (!body) {
    const message = `The body is larger than ${maxBytes} bytes. Send less at once.`;
    return fail(new AppError("body_too_large", message, { details: { max_bytes: maxBytes } }));
  }
  if (body.length === 0 && empty !== undefined) return check(schema, empty);
  const type = request.headers.get("content-type")?.split(";")[0].trim().toLowerCase() ?? "";
  if (type !== "application/json") return fail(unsupportedType(type, ["application/json"]));
  const json = parseJson(body, bounds, "The body");
  return json.ok ? check(schema, complete(json.value)) : json;
}
