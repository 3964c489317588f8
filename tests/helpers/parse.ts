import { MemoryBudget } from "../../shared/isolate/memory_budget.ts";
import assert from "node:assert/strict";
import type { AppError, ErrorCode } from "../../shared/errors.ts";
import { parseBody } from "../../shared/photo/body/parse_body.ts";
import type { PhotoRequest } from "../../shared/photo/body/photo_request.ts";
import { optionsSchema } from "../../shared/photo/options.ts";
import { assertFails, valueOf } from "./result.ts";

/** Bound on a photo for {@linkcode parse}, in bytes. */
export const MAX_IMAGE_BYTES = 3_000;

/** Three bytes that stand for a photo. The parser does not read it. */
export const PHOTO = Uint8Array.of(1, 2, 3);

/** The options of a request without options. */
export const DEFAULTS = optionsSchema.parse({});

/** Makes a request to the function. */
export function requestOf(body: BodyInit | null, type?: string, query = ""): Request {
  const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
  return new Request(`http://127.0.0.1/process-image${query}`, { method: "POST", body, headers });
}

/** Parses a request that must be accepted. */
export async function parse(request: Request): Promise<PhotoRequest> {
  return valueOf(
    await parseBody(request, {
      maxImageBytes: MAX_IMAGE_BYTES,
      memory: new MemoryBudget(Infinity).reserve(),
    }),
  );
}

/** Parses a request that must be refused. */
export async function refused(
  request: Request,
  code: ErrorCode,
  status: number,
): Promise<AppError> {
  const error = assertFails(
    await parseBody(request, {
      maxImageBytes: MAX_IMAGE_BYTES,
      memory: new MemoryBudget(Infinity).reserve(),
    }),
    code,
  );
  assert.equal(error.status, status);
  assert.equal(error.retryable, false);
  return error;
}

/** Makes a JSON request. */
export function json(body: unknown, type = "application/json"): Request {
  return requestOf(typeof body === "string" ? body : JSON.stringify(body), type);
}

/** Makes a multipart request with the given fields. */
export function form(fields: Record<string, string | File>): Request {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return requestOf(data);
}
