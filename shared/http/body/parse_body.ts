import type { z } from "zod";
import type { HeldBody } from "../../admission/body_room.ts";
import { isolateBusy } from "../../admission/isolate_busy.ts";
import { describeIssue, issueSentence } from "../../describe_issue.ts";
import { AppError } from "../../errors.ts";
import { readLimited } from "../../read_limited.ts";
import { fail, ok, type Result } from "../../result.ts";
import { jsonRequestSchema, settingsSchema } from "../schemas.ts";
import { decodeBase64 } from "./base64.ts";
import type { PhotoInput } from "./photo_input.ts";
import { settingsOfQuery, textValue } from "./text_settings.ts";

/** What a body may weigh. */
export interface BodyLimits {
  /** Bound on the encoded photo, in bytes. */
  maxImageBytes: number;
  /** The account of what it holds in memory; it is settled to the photo's own bytes in the end. */
  held: HeldBody;
  /** Hears of the body as it came, before it is parsed. @default nobody */
  onBody?: (body: Uint8Array<ArrayBuffer>) => void;
}

/** How often the bytes of a body are in memory at once while it is read: as they came, put together, as text, decoded. */
const COPIES = { json: 4, form: 3, bytes: 2 };

/** Room for what surrounds a photo in a form or in JSON, in bytes. */
const OVERHEAD_BYTES = 64 << 10;

/** How much of a body that is refused is still taken, in bytes, so that its sender gets to read why. */
export const LINGER_BYTES = 8 << 20;

/**
 * Reads a request's photo and settings from any of the four forms of its body.
 *
 * @param request The request; its caller is known already.
 * @param limits What the body may weigh; it is counted while it is read.
 * @returns The photo and settings, or `missing_image`, `unsupported_media_type`, `body_too_large`, `invalid_json`,
 * `invalid_multipart`, `invalid_base64`, `invalid_request`, `invalid_options`, `isolate_busy`.
 */
export async function parseBody(request: Request, limits: BodyLimits): Promise<Result<PhotoInput>> {
  const type = request.headers.get("content-type")?.split(";")[0].trim().toLowerCase() ?? "";
  if (type === "application/json") return await parseJson(request, limits);
  if (type === "multipart/form-data") return await parseMultipart(request, limits);
  if (type.startsWith("image/") || type === "application/octet-stream") {
    return await parseBytes(request, limits);
  }
  const empty = await receive(request, 0) !== null;
  return fail(empty ? missingImage() : unsupportedType(type));
}

async function parseJson(request: Request, limits: BodyLimits): Promise<Result<PhotoInput>> {
  const maxBytes = Math.ceil(limits.maxImageBytes / 3) * 4 + OVERHEAD_BYTES;
  const body = await readBody(request, maxBytes, limits, COPIES.json);
  if (!body.ok) return body;
  const json = jsonOf(new TextDecoder().decode(body.value), "The body");
  if (!json.ok) return json;
  const parsed = check(jsonRequestSchema, json.value);
  if (!parsed.ok) return parsed;
  const { image_base64: base64, storage_path: ref, ...settings } = parsed.value;
  if (base64 !== undefined && ref !== undefined) {
    const message = "Expected one of image_base64 and storage_path but received both.";
    return fail(new AppError("invalid_request", message, { details: { field: "storage_path" } }));
  }
  if (ref !== undefined) return ok(photoInput({ kind: "storage", ref }, settings));
  if (base64 === undefined) return fail(missingImage());
  const bytes = decodeBase64(base64, "image_base64");
  return bytes.ok ? withPhoto(bytes.value, settings, limits) : bytes;
}

async function parseMultipart(request: Request, limits: BodyLimits): Promise<Result<PhotoInput>> {
  const maxBytes = limits.maxImageBytes + OVERHEAD_BYTES;
  const body = await readBody(request, maxBytes, limits, COPIES.form);
  if (!body.ok) return body;
  const form = await formOf(body.value, request.headers.get("content-type")!);
  if (!form.ok) return form;
  const { file, options, ...rest } = Object.fromEntries(form.value);
  if (file === undefined) return fail(missingImage());
  if (typeof file === "string") {
    const message =
      "Expected a file part for file but received a text part. Send the photo with a file name.";
    return fail(new AppError("invalid_multipart", message, { details: { field: "file" } }));
  }
  const settings: Record<string, unknown> = { filename: file.name };
  for (const [name, value] of Object.entries(rest)) {
    settings[name] = typeof value === "string" && name !== "filename" ? textValue(value) : value;
  }
  if (options !== undefined) {
    const json = jsonOf(
      typeof options === "string" ? options : await options.text(),
      "The field options",
    );
    if (!json.ok) return json;
    settings.options = json.value;
  }
  const parsed = check(settingsSchema, settings);
  return parsed.ok ? withPhoto(await bytesOf(file), parsed.value, limits) : parsed;
}

async function parseBytes(request: Request, limits: BodyLimits): Promise<Result<PhotoInput>> {
  const parsed = check(settingsSchema, settingsOfQuery(new URL(request.url).searchParams));
  if (!parsed.ok) return parsed;
  const body = await readBody(request, limits.maxImageBytes, limits, COPIES.bytes);
  return body.ok ? withPhoto(body.value, parsed.value, limits) : body;
}

async function readBody(
  request: Request,
  maxBytes: number,
  limits: BodyLimits,
  copies: number,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const take = (bytes: number) => limits.held.take(bytes * copies);
  const bytes = await receive(request, maxBytes, take);
  if (bytes === null) return fail(limits.held.refused ? isolateBusy() : tooLarge(limits));
  if (bytes.length === 0) return fail(missingImage());
  limits.onBody?.(bytes);
  return ok(bytes);
}

/** @throws {AppError} `request_aborted`, if the body breaks off: it is shorter than announced, or its chunks are wrong. */
export async function receive(
  { body }: Request,
  maxBytes: number,
  take?: (bytes: number) => boolean,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await readLimited(body, maxBytes, LINGER_BYTES, take);
  } catch (cause) {
    const message = "The body broke off before its end. Send the request again.";
    throw new AppError("request_aborted", message, { cause });
  }
}

function withPhoto(
  bytes: Uint8Array<ArrayBuffer>,
  settings: z.output<typeof settingsSchema>,
  limits: BodyLimits,
): Result<PhotoInput> {
  if (bytes.length === 0) return fail(missingImage());
  if (bytes.length > limits.maxImageBytes) return fail(tooLarge(limits));
  limits.held.settle(bytes.length);
  return ok(photoInput({ kind: "bytes", bytes }, settings));
}

function photoInput(
  source: PhotoInput["source"],
  settings: z.output<typeof settingsSchema>,
): PhotoInput {
  const { filename, options, upload_to_storage: upload, return_images: returnImages, force } =
    settings;
  return {
    source,
    filename: filename ?? null,
    options,
    upload,
    returnImages: returnImages ?? !upload,
    force,
  };
}

/** Checks what a caller sent. @returns It, or `invalid_options` or `invalid_request`, told by the first field that is wrong. */
export function check<T extends z.ZodType>(schema: T, input: unknown): Result<z.output<T>> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return ok(parsed.data);
  const issue = describeIssue(parsed.error, input);
  const code = /^(items\.\d+\.)?options($|\.)/.test(issue.field)
    ? "invalid_options"
    : "invalid_request";
  return fail(new AppError(code, issueSentence(issue), { details: { ...issue } }));
}

/** Parses JSON. @returns It, or `invalid_json`; `what` begins the sentence. */
export function jsonOf(text: string, what: string): Result<unknown> {
  try {
    return ok(JSON.parse(text));
  } catch (cause) {
    return fail(new AppError("invalid_json", `${what} is not valid JSON.`, { cause }));
  }
}

async function formOf(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<Result<FormData>> {
  const message =
    "The body is no valid multipart form. Let the HTTP client set its Content-Type and boundary.";
  try {
    const form = await new Response(body, { headers: { "content-type": contentType } }).formData();
    // Deno 2.1.4 takes a body without any boundary for a form without fields.
    const some = [...form.keys()].length > 0;
    return some ? ok(form) : fail(new AppError("invalid_multipart", message));
  } catch (cause) {
    return fail(new AppError("invalid_multipart", message, { cause }));
  }
}

/** The types that a photo's body may have. */
const SUPPORTED = [
  "application/json",
  "multipart/form-data",
  "image/*",
  "application/octet-stream",
];

/** The error for a body of a type that is not taken. */
export function unsupportedType(type: string, supported = SUPPORTED): AppError {
  const message = `Expected a Content-Type of ${supported.join(", ")} but received ${
    type || "none"
  }.`;
  return new AppError("unsupported_media_type", message, { details: { supported } });
}

async function bytesOf(file: File): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer());
}

function missingImage(): AppError {
  return new AppError(
    "missing_image",
    "There is no image in the request. Send image_base64 or storage_path in JSON, a file in a multipart form, " +
      "or the image's bytes as the body.",
  );
}

function tooLarge({ maxImageBytes }: BodyLimits): AppError {
  const message = `The image is larger than ${maxImageBytes} bytes. Send a smaller one.`;
  return new AppError("body_too_large", message, { details: { max_bytes: maxImageBytes } });
}
