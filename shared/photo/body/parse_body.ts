import type { z } from "zod";
import type { MemoryReservation } from "../../isolate/memory_budget.ts";
import { isolateBusy } from "../../isolate/isolate_busy.ts";
import { AppError } from "../../errors.ts";
import { decodeBase64 } from "../../lib/json/decode_base64.ts";
import { parseBounded } from "../../lib/json/parse_bounded.ts";
import { receiveBody, statedLength, unsupportedType } from "../../http/receive_body.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { jsonRequestSchema, settingsSchema } from "./request_schemas.ts";
import { jsonError, parseJson, SETTINGS_BOUNDS } from "../../http/json_body.ts";
import { type Looks, STANDARD_LOOKS } from "../presets/preset.ts";
import { checkSettings } from "./check_settings.ts";
import { type FormField, parseMultipart } from "./multipart.ts";
import type { PhotoRequest } from "./photo_request.ts";
import { vehiclePlace } from "../vehicle/vehicle_place.ts";
import { settingInQuery, settingsOfQuery, TEXT_SETTINGS, textValue } from "./text_settings.ts";

/** Bounds on a body. */
export interface BodyLimits {
  /** Bound on the encoded photo, in bytes. */
  maxImageBytes: number;
  /** The body's memory reservation; it shrinks to the photo's own bytes in the end. */
  memory: MemoryReservation;
  /** The portal's presets and defaults. @default {@linkcode STANDARD_LOOKS} */
  looks?: Looks;
  /** Receives the raw body before it is parsed. @default none */
  onBody?: (body: Uint8Array<ArrayBuffer>) => void;
}

/**
 * A body is in memory twice while it is read: as received pieces and as one array. The parsed parts are views of
 * that array.
 */
const COPIES = 2;

/** Room for the form or JSON around a photo, in bytes. */
const OVERHEAD_BYTES = 64 << 10;

/**
 * Bound on the length of base64 in JSON, relative to its shortest form. Lines of 76 columns with `\r\n` take 5 %
 * more; `/` and `+` escaped as `\/` and `\u002b`, as some libraries do, take 9 % more.
 */
const MAX_ESCAPED = 1.15;

/**
 * Reads a request's photo and settings from any of the four forms of its body.
 *
 * @param request The request of an authenticated caller.
 * @param limits Bounds on the body, enforced while it is read.
 * @returns The photo and settings, or `missing_image`, `unsupported_media_type`, `body_too_large`, `invalid_json`,
 * `invalid_multipart`, `invalid_base64`, `invalid_request`, `invalid_options`, `isolate_busy`.
 */
export async function parseBody(
  request: Request,
  limits: BodyLimits,
): Promise<Result<PhotoRequest>> {
  const type = request.headers.get("content-type")?.split(";")[0].trim().toLowerCase() ?? "";
  if (type === "application/json") return await parsePhotoJson(request, limits);
  if (type === "multipart/form-data") return await parseForm(request, limits);
  if (type.startsWith("image/") || type === "application/octet-stream") {
    return await parseBytes(request, limits);
  }
  const empty = await receiveBody(request, 0) !== null;
  return fail(empty ? missingImage() : unsupportedType(type, SUPPORTED));
}

async function parsePhotoJson(request: Request, limits: BodyLimits): Promise<Result<PhotoRequest>> {
  const misplaced = settingInQuery(request);
  if (misplaced) return fail(misplaced);
  const digits = Math.ceil(limits.maxImageBytes / 3) * 4;
  const maxBytes = Math.ceil(digits * MAX_ESCAPED) + OVERHEAD_BYTES;
  const body = await readBody(request, maxBytes, limits);
  if (!body.ok) return body;
  const json = parseBounded(body.value, SETTINGS_BOUNDS, {
    names: ["image_base64"],
    outermost: true,
  });
  if (!json.ok) {
    const what = json.fault === "invalid" ? "The body" : "The JSON beside the photo";
    return fail(jsonError(json, SETTINGS_BOUNDS, what));
  }
  const parsed = checkSettings(jsonRequestSchema, json.value, limits.looks ?? STANDARD_LOOKS);
  if (!parsed.ok) return parsed;
  const { image_base64: place, storage_path: ref, ...settings } = parsed.value;
  if (place !== undefined && ref !== undefined) {
    const message = "Expected one of image_base64 and storage_path but received both.";
    return fail(new AppError("invalid_request", message, { details: { field: "storage_path" } }));
  }
  if (ref !== undefined) return ok(photoInput({ kind: "storage", ref }, settings));
  if (place === undefined) return fail(missingImage());
  const photo = decodePhoto(json.strings[Number(place)], limits);
  return photo.ok ? withPhoto(photo.value, settings, limits) : photo;
}

/** Decodes in place, unless `onBody` keeps the raw body. */
function decodePhoto(
  raw: Uint8Array<ArrayBuffer>,
  { onBody }: BodyLimits,
): Result<Uint8Array<ArrayBuffer>> {
  const bytes = decodeBase64(raw, onBody ? new Uint8Array(raw.length) : raw);
  if (bytes === "json") {
    return fail(new AppError("invalid_json", "The body is not valid JSON: see image_base64."));
  }
  if (bytes === "base64") {
    const message =
      "Expected base64 text or a base64 data URL for image_base64 but received something else.";
    return fail(new AppError("invalid_base64", message, { details: { field: "image_base64" } }));
  }
  return ok(bytes);
}

async function parseForm(request: Request, limits: BodyLimits): Promise<Result<PhotoRequest>> {
  const misplaced = settingInQuery(request);
  if (misplaced) return fail(misplaced);
  const body = await readBody(request, limits.maxImageBytes + OVERHEAD_BYTES, limits);
  if (!body.ok) return body;
  const form = formOf(body.value, request.headers.get("content-type")!);
  if (!form.ok) return form;
  const { file, options, ...rest } = form.value;
  if (file.filename === undefined) {
    const message =
      "Expected a file part for file but received a text part. Send the photo with a file name.";
    return fail(new AppError("invalid_multipart", message, { details: { field: "file" } }));
  }
  const settings: [string, unknown][] = [["filename", file.filename]];
  for (const [name, { filename, bytes }] of Object.entries(rest)) {
    const text = filename === undefined ? new TextDecoder().decode(bytes) : {};
    settings.push([
      name,
      typeof text === "string" && !TEXT_SETTINGS.has(name) ? textValue(text) : text,
    ]);
  }
  if (options !== undefined) {
    const json = parseJson(options.bytes, SETTINGS_BOUNDS, "The field options");
    if (!json.ok) return json;
    settings.push(["options", json.value]);
  }
  const all = Object.fromEntries(settings);
  const parsed = checkSettings(settingsSchema, all, limits.looks ?? STANDARD_LOOKS);
  return parsed.ok ? withPhoto(file.bytes, parsed.value, limits) : parsed;
}

async function parseBytes(request: Request, limits: BodyLimits): Promise<Result<PhotoRequest>> {
  const query = settingsOfQuery(new URL(request.url).searchParams);
  if (!query.ok) return query;
  const parsed = checkSettings(settingsSchema, query.value, limits.looks ?? STANDARD_LOOKS);
  if (!parsed.ok) return parsed;
  const body = await readBody(request, limits.maxImageBytes, limits);
  return body.ok ? withPhoto(body.value, parsed.value, limits) : body;
}

async function readBody(
  request: Request,
  maxBytes: number,
  limits: BodyLimits,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  // Room for the stated length is reserved at once: half of a body that has no room would take memory for nothing.
  let reserved = Math.min(statedLength(request), maxBytes);
  if (!limits.memory.grow(reserved * COPIES)) {
    limits.memory.shrinkTo(0);
    await receiveBody(request, 0); // a client that is cut off while it sends cannot read the answer
    return fail(isolateBusy());
  }
  let received = 0;
  const take = (bytes: number) => {
    received += bytes;
    const more = Math.max(0, received - reserved);
    reserved += more;
    return more === 0 || limits.memory.grow(more * COPIES);
  };
  const bytes = await receiveBody(request, maxBytes, take);
  if (bytes === null) return fail(limits.memory.refused ? isolateBusy() : tooLarge(limits));
  if (bytes.length === 0) return fail(missingImage());
  limits.onBody?.(bytes);
  return ok(bytes);
}

function withPhoto(
  bytes: Uint8Array<ArrayBuffer>,
  settings: z.output<typeof settingsSchema>,
  limits: BodyLimits,
): Result<PhotoRequest> {
  if (bytes.length === 0) return fail(missingImage());
  if (bytes.length > limits.maxImageBytes) return fail(tooLarge(limits));
  limits.memory.shrinkTo(bytes.buffer.byteLength);
  return ok(photoInput({ kind: "bytes", bytes }, settings));
}

function photoInput(
  source: PhotoRequest["source"],
  settings: z.output<typeof settingsSchema>,
): PhotoRequest {
  const { filename, options, upload_to_storage: upload, return_images: returnImages, force } =
    settings;
  return {
    source,
    filename: filename ?? null,
    options,
    upload,
    returnImages: returnImages ?? !upload,
    force,
    ...vehiclePlace(settings),
  };
}

/** Maps the names of a form's fields to the fields. A name that the form has several times is refused. */
function formOf(
  body: Uint8Array<ArrayBuffer>,
  contentType: string,
): Result<Record<string, FormField>> {
  const fields = parseMultipart(body, contentType);
  if (typeof fields === "string" || fields.length === 0) {
    const why = typeof fields === "string" ? fields : "It has no fields.";
    const message = `The body is not a valid multipart form. ${why} ` +
      "Let the HTTP client set its Content-Type and boundary.";
    return fail(new AppError("invalid_multipart", message));
  }
  // A photo in a field of another name is a wrong name, whatever its size.
  if (!fields.some(({ name }) => name === "file")) return fail(missingImage());
  const { maxBytes } = SETTINGS_BOUNDS;
  const large = fields.find(({ name, bytes }) => name !== "file" && bytes.length > maxBytes);
  if (large) {
    const field = large.name.slice(0, 100);
    const message = `The form's field ${field} is larger than ${maxBytes} bytes. Send less.`;
    return fail(new AppError("body_too_large", message, { details: { max_bytes: maxBytes } }));
  }
  const names = new Set<string>();
  for (const { name } of fields) {
    if (names.has(name)) return fail(repeatedField(name.slice(0, 100)));
    names.add(name);
  }
  return ok(Object.fromEntries(fields.map((field) => [field.name, field])));
}

/** The content types of a photo's body. */
const SUPPORTED = [
  "application/json",
  "multipart/form-data",
  "image/*",
  "application/octet-stream",
];

function repeatedField(field: string): AppError {
  const message = `The form has ${field} several times. Send it once.`;
  return new AppError("invalid_request", message, { details: { field, expected: "one value" } });
}

function missingImage(): AppError {
  return new AppError(
    "missing_image",
    "The request has no image. Send image_base64 or storage_path in JSON, a multipart form with the photo in the field file, " +
      "or the image's bytes as the body.",
  );
}

function tooLarge({ maxImageBytes }: BodyLimits): AppError {
  const message = `The image is larger than ${maxImageBytes} bytes. Send a smaller one.`;
  return new AppError("body_too_large", message, { details: { max_bytes: maxImageBytes } });
}
