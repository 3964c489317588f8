import type { Admission } from "../isolate/admission.ts";
import type { Caller } from "../http/auth/caller.ts";
import type { InternalSigner } from "../http/internal_signer.ts";
import { firstLine, log } from "../telemetry/log.ts";
import type { PhotoJob } from "./photo_job.ts";
import type { ReceivedPhoto } from "./received_photo.ts";
import type { PhotoRequest } from "./body/photo_request.ts";
import { outgoingTrace } from "../telemetry/trace/current_request.ts";
import { REQUEST_ID_HEADER } from "../http/request_id.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/**
 * The headers of the number of hand-overs of a request, and of its signature. Without a valid signature, the
 * number counts as 0.
 */
const HOPS_HEADER = "x-process-image-hops";
const HOPS_SIGNATURE_HEADER = "x-process-image-hops-signature";

/** Maximum number of hand-overs of a request to isolates without room. After that, the caller has to send it again. */
const MAX_HOPS = 3;

/** Maximum number of hand-overs by isolates that have each done a part: seven for a relay of eight, and some without room. */
const MAX_PROGRESS_HOPS = 10;

/**
 * Number of tries to reach another isolate. The host fails a request that meets an isolate that is being
 * retired, or finds none running.
 */
const TRIES = 3;

/** Wait between tries, in milliseconds. */
const RETRY_MS = 250;

/** Request headers that are forwarded: the caller's own credential, so that the request gains no rights. */
const PASSED_ON = ["authorization", "apikey"];

/** Response headers of the other isolate that are returned. */
const PASSED_BACK = ["content-type", "retry-after", "server-timing", "www-authenticate"];

/** The dependencies of a hand-over. */
export interface HandOverDeps {
  admission: Admission;
  /** The function's public address. */
  functionUrl: string;
  signer: InternalSigner;
}

/**
 * Reads how often other isolates of this function have handed a request over.
 *
 * The number counts only with a fresh signature that binds it to the request's id and caller. Without one, the
 * request is an external one.
 *
 * @param headers The request's headers.
 * @param requestId The request's id.
 * @param caller The request's caller.
 * @param signer Verifies the signature.
 * @returns 0 to 10; 0 for an external request.
 */
export async function hopsOf(
  headers: Headers,
  requestId: string,
  caller: Caller,
  signer: InternalSigner,
): Promise<number> {
  const given = headers.get(HOPS_HEADER);
  if (given === null) return 0;
  const hops = Number(given);
  const isKnown = hops >= 1 && hops <= MAX_PROGRESS_HOPS && String(hops) === given;
  const signature = headers.get(HOPS_SIGNATURE_HEADER);
  if (isKnown && await signer.verify(signature, signedParts(requestId, hops, caller))) return hops;
  warn("hand_over_not_believed", signature === null ? "no signature" : "wrong or old signature");
  return 0;
}

/** Signs the caller, not the credential: a gateway may replace it with another credential of the same caller. */
function signedParts(requestId: string, hops: number, caller: Caller): string[] {
  return ["hand-over", requestId, String(hops), caller.kind === "user" ? caller.id : "server"];
}

/**
 * Hands a photo that this isolate has no room for over to another isolate. It sends a request to the function's own
 * address, which the host routes to a fresh isolate as soon as this one is retired.
 *
 * @param job The photo's context.
 * @param received The request and its photo.
 * @param deps The dependencies.
 * @returns The other isolate's response, or `null` if no other isolate responded.
 * @throws the reason of the request's signal
 */
export async function handOver(
  { id: requestId, hasProgressed }: PhotoJob,
  { request, photo, caller, hops }: ReceivedPhoto,
  { admission, functionUrl, signer }: HandOverDeps,
): Promise<Response | null> {
  const retired = await admission.retire();
  const photoBytes = photo.source.kind === "bytes" ? photo.source.bytes.length : 0;
  const costMs = TASK_MS.handOver.each + TASK_MS.handOver.perMegabyte * photoBytes / 1e6;
  const maxHops = hasProgressed ? MAX_PROGRESS_HOPS : MAX_HOPS;
  if (!retired || hops >= maxHops || !admission.charge(costMs)) return null;
  const headers = picked(request.headers, PASSED_ON);
  headers.set(HOPS_HEADER, String(hops + 1));
  headers.set(REQUEST_ID_HEADER, requestId);
  for (const [name, value] of Object.entries(outgoingTrace())) headers.set(name, value);
  for (let attempt = 1;; attempt++) {
    const signature = await signer.sign(signedParts(requestId, hops + 1, caller));
    headers.set(HOPS_SIGNATURE_HEADER, signature);
    const response = await send(functionUrl, photo, headers, request.signal);
    // Only the function responds with the request's id. Any other response is a failure of the host, which a retry
    // may fix.
    if (response?.headers.get(REQUEST_ID_HEADER) === requestId) {
      return new Response(response.body, {
        status: response.status,
        headers: picked(response.headers, PASSED_BACK),
      });
    }
    await response?.body?.cancel();
    if (response) warn("hand_over_failed", `status ${response.status}`);
    if (attempt === TRIES) return null;
    request.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempt));
  }
}

async function send(
  functionUrl: string,
  input: PhotoRequest,
  headers: Headers,
  signal: AbortSignal,
): Promise<Response | null> {
  const { query, type, body } = serialize(input);
  try {
    return await fetch(`${functionUrl}?${query}`, {
      method: "POST",
      headers: [...headers, ["content-type", type]],
      body,
      redirect: "manual", // a redirect would forward the caller's key
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    warn("hand_over_failed", error);
    return null;
  }
}

/** Serializes the photo as an equivalent request: bare bytes, or JSON with the photo's address in Storage. */
function serialize(
  { source, filename, options, upload, returnImages, force, vehicle }: PhotoRequest,
): { query: URLSearchParams; type: string; body: BodyInit } {
  const settings = {
    ...(filename !== null && { filename }),
    upload_to_storage: upload,
    return_images: returnImages,
    force,
    ...(vehicle && {
      vehicle_id: vehicle.id,
      ...(vehicle.position !== null && { position: vehicle.position }),
    }),
  };
  if (source.kind === "storage") {
    const body = JSON.stringify({ storage_path: source.ref, options, ...settings });
    return { query: new URLSearchParams(), type: "application/json", body };
  }
  const query = new URLSearchParams(
    Object.entries({ ...options, ...settings }).map(([name, value]) => [name, queryText(value)]),
  );
  return { query, type: "application/octet-stream", body: sendable(source.bytes) };
}

/** Size from which a body is sent as a blob, in bytes. */
const BLOB_BYTES = 16 << 20;

/** `fetch()` copies an array before it sends it, which counts as used memory. A blob lies outside, but is read more slowly. */
function sendable(bytes: Uint8Array<ArrayBuffer>): BodyInit {
  return bytes.length < BLOB_BYTES ? bytes : new Blob([bytes]);
}

/** Converts a setting to its text in a query: a list separated by commas, an object as JSON, or the value itself. */
function queryText(value: unknown): string {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? JSON.stringify(value) : String(value);
}

/** Logs a failed hand-over. Nothing else reports a wrong `FUNCTION_URL`: the caller only gets `isolate_busy`. */
function warn(event: string, cause: unknown): void {
  log("warn", event, { cause: firstLine(cause) });
}

function picked(headers: Headers, names: readonly string[]): Headers {
  return new Headers(
    names.flatMap((name): [string, string][] => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}
