import {
  createClient,
  type SupabaseClient,
  type SupabaseClientOptions,
} from "@supabase/supabase-js";
import { outgoingTrace } from "../telemetry/trace/current_request.ts";

/**
 * Creates a Supabase client whose calls have a time bound and carry the current request's trace.
 *
 * @param url The project's API address.
 * @param key The calls' `apikey`.
 * @param timeoutMs Bound on each call, in milliseconds.
 * @param options Further options of the client. @default none
 */
export function connect(
  url: string,
  key: string,
  timeoutMs: number,
  options: SupabaseClientOptions<"public"> = {},
): SupabaseClient {
  return createClient(url, key, {
    // A function has no session to keep. The client would otherwise start a timer that renews it.
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: fetchWithin(timeoutMs) },
    ...options,
  });
}

function fetchWithin(timeoutMs: number): typeof fetch {
  return (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(outgoingTrace())) headers.set(name, value);
    return fetch(input, {
      ...init,
      headers,
      signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
    });
  };
}
