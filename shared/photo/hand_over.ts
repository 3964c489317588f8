import type { Admission } from "../isolate/admission.ts";
import type { Caller } from "../http/auth/caller.ts";
import type { InternalSigner } from "../http/internal_signer.ts";
import { firstLine, log } from "../telemetry/log.ts";
import type { PhotoJob } from "./photo_job.ts";
import type { ReceivedPhoto } from "./received_photo.ts";
import type { PhotoRequest } from "./body/photo_request.ts";
import { outgoingTrace } from "../telemetry/trace/current_request.ts";
import { REQUEST_ID_HEADER } from "../http/request_id.ts";

/** The number of times that a request has been handed over, and the signature without which the number counts as 0. */
const HOPS_HEADER = "x-process-image-hops";
const HOPS_SIGNATURE_HEADER = "x-process-image-hops-signature";

/** A request is handed over this often, at most: it then has to come from the caller again. */
const MAX_HOPS = 3;

/** Tries to reach another isolate: the host fails a request that meets one while it is retired, or none that is up. */
const TRIES = 3;

/** Wait between them, in milliseconds. */
const RETRY_MS = 250;

/** CPU of handing a request on and its answer back: for each, and for a megabyte of photo; in milliseconds. */
const HAND_OVER_MS = { each: 15, perMegabyte: 5 };

/** What is sent on: the caller's own credential, so that nothing is granted that the caller does not have. */
const PASSED_ON = ["authorization", "apikey"];

/** What is told of the other isolate's answer. */
const PASSED_BACK = ["content-type", "retry-after", "server-timing", "www-authenticate"];

/** What handing a request over needs. */
export interface HandOverDeps {
  admission: Admission;
  /** The function's public address. */
  functionUrl: string;
  signer: InternalSigner;
}

/**
 * Reads how often a request has been handed over by another isolate of this function.
 *
 * The number is believed only with a fresh signature that binds it to the request's id and its caller. Without one the
 * request is one from outside, whatever it says.
 *
 * @param headers The request's headers.
 * @param requestId The id that it is answered under.
 * @param caller Its caller.
 * @param signer Verifies the signature.
 * @returns 0 to 3; 0 for a request from outside.
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
  const isKnown = hops >= 1 && hops <= MAX_HOPS && String(hops) === given;
  const signature = headers.get(HOPS_SIGNATURE_HEADER);
  if (isKnown && await signer.verify(signature, signedParts(requestId, hops, caller))) return hops;
  warn("hand_over_not_believed", signature === null ? "no signature" : "wrong or old signature");
  return 0;
}

/** The caller, not the credential: a gateway may put another one of the same caller in its place. */
function signedParts(requestId: string, hops: number, caller: Caller): string[] {
  return ["hand-over", requestId, String(hops), caller.kind === "user" ? caller.id : "server"];
}

/**
 * Hands a photo that this isolate has no room for to another: by a request to the function's own address, which the host
 * gives to a fresh isolate as soon as this one is retired.
 *
 * @param job The photo's context.
 * @param received The request and its photo.
 * @param deps What it needs.
 * @returns The other isolate's answer, or `null` if there is none.
 * @throws what the request's signal was aborted with
 */
export async function handOver(
  { id: requestId }: PhotoJob,
  { request, photo, caller, hops }: ReceivedPhoto,
  { admission, functionUrl, signer }: HandOverDeps,
): Promise<Response | null> {
  const retired = await admission.retire();
  const photoBytes = photo.source.kind === "bytes" ? photo.source.bytes.length : 0;
  const costMs = HAND_OVER_MS.each + HAND_OVER_MS.perMegabyte * photoBytes / 1e6;
  if (!retired || hops >= MAX_HOPS || !admission.charge(costMs)) return null;
  const headers = picked(request.headers, PASSED_ON);
  headers.set(HOPS_HEADER, String(hops + 1));
  headers.set(REQUEST_ID_HEADER, requestId);
  for (const [name, value] of Object.entries(outgoingTrace())) headers.set(name, value);
  for (let attempt = 1;; attempt++) {
    const signature = await signer.sign(signedParts(requestId, hops + 1, caller));
    headers.set(HOPS_SIGNATURE_HEADER, signature);
    const response = await send(functionUrl, photo, headers, request.signal);
    // Only the function answers under the request's id; anything else is the host's own failure, worth another try.
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
      redirect: "manual", // a redirect would take the caller's key along
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    warn("hand_over_failed", error);
    return null;
  }
}

/** A request that reads as the same input: bare bytes, or the JSON that names a photo in Storage. */
function serialize(
  { source, filename, options, upload, returnImages, force }: PhotoRequest,
): { query: URLSearchParams; type: string; body: BodyInit } {
  const settings = {
    ...(filename !== null && { filename }),
    upload_to_storage: upload,
    return_images: returnImages,
    force,
  };
  if (source.kind === "storage") {
    const body = JSON.stringify({ storage_path: source.ref, options, ...settings });
    return { query: new URLSearchParams(), type: "application/json", body };
  }
  const query = new URLSearchParams(
    Object.entries({ ...options, ...settings }).map(([name, value]) => [name, String(value)]),
  );
  return { query, type: "application/octet-stream", body: source.bytes };
}

/** Nobody else tells that `FUNCTION_URL` is wrong: the caller only reads that too much is being processed. */
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
