import { Buffer } from "node:buffer";
import { type Mode, MODES } from "./messages.ts";

const MAX_BYTES = 16 * 1024 * 1024;

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

/** The result of the checks: an image with its mode, or the answer that refuses it. */
export type CheckedRequest =
  | { ok: true; mode: Mode; image: Uint8Array; filename: string }
  | { ok: false; status: number; body: unknown };

/** Checks whether the path is one of the results addresses. */
export function isResultsPath(path: string): boolean {
  return path in RESULTS_PATHS;
}

/** Checks key, mode and form as the service does, in that order. */
export async function checkRequest(request: RawRequest, apiKey: string): Promise<CheckedRequest> {
  const { keyHeader, status, message } = RESULTS_PATHS[request.url.pathname];
  if (request.headers.get(keyHeader) !== apiKey) return refuse(status, { message });

  const mode = MODES.find((known) => known === request.url.searchParams.get("mode"));
  if (!mode) {
    return refuse(422, detail(`value is not one of: ${MODES.join(", ")}`, "query", "mode"));
  }

  const file = await readFile(request);
  if (!file) return refuse(422, detail("field required", "body", "image"));
  if (file.size > MAX_BYTES) return refuse(413, { message: "Request Entity Too Large" });
  const image = new Uint8Array(await file.arrayBuffer());
  return { ok: true, mode, image, filename: file.name };
}

/**
 * Reads the form's `image`. The service also accepts a `url`; the simulator does not fetch, and treats it as a missing
 * field.
 */
async function readFile({ headers, body }: RawRequest): Promise<File | undefined> {
  const contentType = headers.get("content-type") ?? "";
  try {
    const form = await new Response(Buffer.from(body), { headers: { "content-type": contentType } })
      .formData();
    const image = form.get("image");
    return image instanceof File ? image : undefined;
  } catch {
    return undefined;
  }
}

function refuse(status: number, body: unknown): CheckedRequest {
  return { ok: false, status, body };
}

function detail(msg: string, ...loc: string[]): { detail: { msg: string; loc: string[] }[] } {
  return { detail: [{ msg, loc }] };
}
