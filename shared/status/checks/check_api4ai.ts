import { keyHeader } from "../../background/api4ai.ts";
import { providerAt } from "../../background/provider.ts";
import { HealthError } from "./run_checks.ts";

/**
 * Requests the version of API4.ai, which is free of charge, or of the service at `API4AI_URL` in its place.
 *
 * @param api4ai The address of its results, the key, and `API4AI_PROVIDER`.
 * @param signal Aborts the call.
 * @throws {HealthError} If it does not answer, or is not configured.
 */
export async function checkApi4ai(
  api4ai: { url?: string; key?: string; provider?: string },
  signal: AbortSignal,
): Promise<void> {
  const { url, key } = api4ai;
  if (url === undefined) throw new HealthError("Not configured: set API4AI_KEY.");
  const { name } = providerAt(url, api4ai.provider);
  const response = await ask(name, versionUrl(url), keyHeader({ url, key }), signal);
  await response.body?.cancel();
  if (!response.ok) throw new HealthError(`${name} answered with status ${response.status}.`);
}

async function ask(
  name: string,
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, { headers, signal, redirect: "manual" }); // a redirect would receive the key
  } catch (cause) {
    throw new HealthError(`${name} could not be reached.`, { cause });
  }
}

/** Returns the address of `/version`, which is next to the results: `/img-bg-removal/v1/version`. */
function versionUrl(resultsUrl: string): URL {
  const url = new URL(resultsUrl);
  url.pathname = url.pathname.replace(/(\/v\d+)\/.*$|\/[^/]*$/, "$1/version");
  return url;
}
