import { outgoingTrace } from "../telemetry/trace/current_request.ts";

/**
 * Returns a `fetch` for the project's API: its calls have a time bound and credentials, and carry the current request's trace.
 *
 * @param key The calls' `apikey`.
 * @param token The bearer token, whose rights the calls have.
 * @param timeoutMs Bound on each call, in milliseconds.
 */
export function fetchAs(key: string, token: string, timeoutMs: number): typeof fetch {
  return (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const headers = new Headers(init?.headers);
    headers.set("apikey", key);
    headers.set("authorization", `Bearer ${token}`);
    for (const [name, value] of Object.entries(outgoingTrace())) headers.set(name, value);
    return fetch(input, {
      ...init,
      headers,
      signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
    });
  };
}
