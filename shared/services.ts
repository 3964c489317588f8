import {
  createClient,
  type SupabaseClient,
  type SupabaseClientOptions,
} from "@supabase/supabase-js";
import { Api4ai } from "./background/api4ai.ts";
import type { Config } from "./config.ts";
import type { AppDeps } from "./http/app.ts";
import type { Caller } from "./http/auth/caller.ts";
import { createLegacyVerifier } from "./http/auth/verify_legacy.ts";
import { createTokenVerifier } from "./http/auth/verify_token.ts";
import { readSource } from "./storage/source_store.ts";
import { VariantStore } from "./storage/variant_store.ts";

/** Bound on one call of Supabase, in milliseconds. */
const SUPABASE_TIMEOUT_MS = 20_000;

/**
 * Builds everything that the routes need from the configuration: the one place where parts are put together.
 *
 * @param config The checked configuration.
 */
export function createServices(config: Config): AppDeps {
  const { supabase, storage, api4ai } = config;
  const service = connect(supabase.url, supabase.serviceKey);
  return {
    allowedOrigins: config.allowedOrigins,
    auth: {
      secretKeys: supabase.secretKeys,
      adminRoles: config.adminRoles,
      verifyToken: createTokenVerifier(config.jwks, createLegacyVerifier(service)),
    },
    body: { maxImageBytes: config.maxImageBytes },
    process: {
      remover: api4ai.url === undefined ? undefined : new Api4ai({ ...api4ai, url: api4ai.url }),
      store: new VariantStore(service, storage.bucket, supabase.publicUrl),
      limits: { maxPixels: config.maxImagePixels },
      cpuBudgetMs: config.cpuBudgetMs,
    },
    readSource: (caller, ref) =>
      readSource(clientOf(caller, supabase), ref, {
        buckets: storage.sourceBuckets,
        maxBytes: config.maxImageBytes,
      }),
  };
}

/** A client with the caller's own rights. */
function clientOf(caller: Caller, { url, publishableKey }: Config["supabase"]): SupabaseClient {
  return caller.kind === "server"
    ? connect(url, caller.key)
    : connect(url, publishableKey, { accessToken: () => Promise.resolve(caller.token) });
}

function connect(
  url: string,
  key: string,
  options: SupabaseClientOptions<"public"> = {},
): SupabaseClient {
  return createClient(url, key, {
    // A function has no session to keep: the client would otherwise start a timer that renews it.
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: fetchWithin },
    ...options,
  });
}

function fetchWithin(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const timeout = AbortSignal.timeout(SUPABASE_TIMEOUT_MS);
  return fetch(input, {
    ...init,
    signal: init?.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
  });
}
