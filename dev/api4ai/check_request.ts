import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import { type Mode, MODES } from "./messages.ts";

/** The service's limit of an image, in bytes. */
export const MAX_IMAGE_BYTES = 16 * 1024 * 1024;

/** The service's addresses: its own, and RapidAPI's with its header. */
const RESULTS_PATHS: Record<string, { keyHeader: string; status: number; message: string }> = {
  "/img-bg-removal/v1/cars/results": {
    keyHeader: "x-api-key",
    status: 401,
    message: "Invalid API key",
  },
  "/v1/results": {
    keyHeader: "x-rapidapi-key",
    status: 403,
    message: "You are not subscribed to this API.",
  },
};

/** An upload before the checks. */
export interface RawRequest {
  url: URL;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

/** Limits and modes that the checks accept. */
export interface Accepted {
  /** The only valid key; without one, every request is valid. */
  apiKey?: string;
  /** Fetches the image that a form's `url` names; `null` if that fails. Without it, the field counts as missing. */
  fetchImage?: (url: string) => Promise<Uint8Array | null>;
}

/** An answer that refuses a request. */
export interface Refusal {
  ok: false;
  status: number;
  body: unknown;
}

/** The result of the checks: an image with its mode, or the answer that refuses it. */
export type CheckedRequest =
  | { ok: true; mode: Mode; image: Uint8Array; filename: string }
  | Refusal;

/** Checks whether the path is one of the results addresses. */
export function isResultsPath(path: string): boolean {
  return Object.hasOwn(RESULTS_PATHS, path);
}

/** Checks key, mode and form as the service does, in that order. */
export async function checkRequest(
  request: RawRequest,
  accepted: Accepted,
): Promise<CheckedRequest> {
  const head = checkHead(request, accepted);
  return head.ok ? await checkForm(request, head.mode, accepted) : head;
}

/** Checks key and mode, which are known before the body arrives. */
export function checkHead(
  { url, headers }: Pick<RawRequest, "url" | "headers">,
  { apiKey }: Accepted,
): { ok: true; mode: Mode } | Refusal {
  const { keyHeader, status, message } = RESULTS_PATHS[url.pathname];
  if (apiKey !== undefined && !isSame(headers.get(keyHeader) ?? "", apiKey)) {
    return refuse(status, { message });
  }
  const mode = MODES.find((known) => known === url.searchParams.get("mode"));
  if (mode) return { ok: true, mode };
  return refuse(422, detail(`value is not one of: ${MODES.join(", ")}`, "query", "mode"));
}

/** Reads the form's image: the field `image`, or the one that `url` names. */
export async function checkForm(
  request: Pick<RawRequest, "headers" | "body">,
  mode: Mode,
  { fetchImage }: Accepted,
): Promise<CheckedRequest> {
  const form = await readForm(request);
  const file = form?.get("image");
  if (file instanceof File) {
    if (file.size > MAX_IMAGE_BYTES) return tooLarge();
    return { ok: true, mode, image: new Uint8Array(await file.arrayBuffer()), filename: file.name };
  }
  const url = form?.get("url");
  if (fetchImage && typeof url === "string") {
    // An image that cannot be fetched fails like one that cannot be read.
    return { ok: true, mode, image: await fetchImage(url) ?? new Uint8Array(), filename: url };
  }
  return refuse(422, detail("field required", "body", "image"));
}

/** Returns the answer to an upload over the service's limit. */
export function tooLarge(): Refusal {
  return refuse(413, { message: "Request Entity Too Large" });
}

async function readForm(
  { headers, body }: Pick<RawRequest, "headers" | "body">,
): Promise<FormData | undefined> {
  const contentType = headers.get("content-type") ?? "";
  try {
    return await new Response(Buffer.from(body), { headers: { "content-type": contentType } })
      .formData();
  } catch {
    return undefined;
  }
}

/** Compares secrets in constant time. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function refuse(status: number, body: unknown): Refusal {
  return { ok: false, status, body };
}

function detail(msg: string, ...loc: string[]): { detail: { msg: string; loc: string[] }[] } {
  return { detail: [{ msg, loc }] };
}
