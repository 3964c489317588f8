import { keyHeader } from "../../background/api4ai.ts";
import { HealthError } from "./run_checks.ts";

/**
 * Requests API4.ai's version, which is free of charge.
 *
 * @param api4ai The address of its results, and the key.
 * @param signal Aborts the call.
 * @throws {HealthError} If it does not answer, or is not configured.
 */
export async function checkApi4ai(
  api4ai: { url?: string; key?: string },
  signal: AbortSignal,
): Promise<void> {
  const { url, key } = api4ai;
  if (url === undefined) throw new HealthError("Not configured: set API4AI_KEY.");
  const response = await ask(versionUrl(url), keyHeader({ url, key }), signal);
  await response.body?.cancel();
  if (!response.ok) throw new HealthError(`API4.ai answered with status ${response.status}.`);
}

async function ask(
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, { headers, signal, redirect: "manual" }); // a redirect would receive the key
  } catch (cause) {
    throw new HealthError("API4.ai could not be reached.", { cause });
  }
}

/** Returns the address of `/version`, which is next to the results: `/img-bg-removal/v1/version`. */
function versionUrl(resultsUrl: string): URL {
  const url = new URL(resultsUrl);
  url.pathname = url.pathname.replace(/(\/v\d+)\/.*$|\/[^/]*$/, "$1/version");
  return url;
}
