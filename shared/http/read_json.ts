import type { z } from "zod";
import type { JsonBounds } from "../lib/json/parse_bounded.ts";
import { AppError } from "../errors.ts";
import { fail, type Result } from "../lib/result.ts";
import { check, parseJson } from "./json_body.ts";
import { receiveBody, unsupportedType } from "./receive_body.ts";

/**
 * Reads a body that is JSON without a photo.
 *
 * @param request The request; its caller is known already.
 * @param schema What it has to be.
 * @param bounds What it may hold.
 * @param empty What an empty body stands for. @default it is no JSON
 * @returns What it says, or `unsupported_media_type`, `body_too_large`, `invalid_json`, `invalid_request`, `invalid_options`.
 */
export async function readJson<T extends z.ZodType>(
  request: Request,
  schema: T,
  bounds: JsonBounds,
  empty?: unknown,
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
  return json.ok ? check(schema, json.value) : json;
}
