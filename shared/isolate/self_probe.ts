import { firstLine, log } from "../telemetry/log.ts";

/** Header of a probe, and of the answer of the isolate that sent it. */
const ISOLATE_HEADER = "x-process-image-isolate";

/** Bound on the probe, in milliseconds. */
const PROBE_TIMEOUT_MS = 5_000;

const isolateId = crypto.randomUUID();

/** Whether this isolate has sent the request. */
export function isFromSelf(headers: Headers): boolean {
  return headers.get(ISOLATE_HEADER) === isolateId;
}

/** Header that marks an answer to the isolate's own probe. */
export const SELF_HEADER: Readonly<Record<string, string>> = { [ISOLATE_HEADER]: "self" };

/**
 * Probes whether a request to the function's public address reaches this isolate.
 *
 * @param functionUrl The function's public address.
 * @returns `undefined` if the address does not answer.
 */
export async function reachesSelf(functionUrl: string): Promise<boolean | undefined> {
  try {
    const response = await fetch(`${functionUrl}/health`, {
      headers: { [ISOLATE_HEADER]: isolateId },
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.ok) return response.headers.has(ISOLATE_HEADER);
    log("warn", "function_url_unreachable", { cause: `status ${response.status}` });
  } catch (error) {
    log("warn", "function_url_unreachable", { cause: firstLine(error) });
  }
  return undefined;
}
