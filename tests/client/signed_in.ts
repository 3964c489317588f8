import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Stack } from "../../dev/stack.ts";

/** Differences from the client of a signed-in admin. */
export interface SignedInOptions {
  /** Token of the session; `null` for no session. @default the admin's */
  token?: string | null;
  /** Replaces the network. */
  fetch?: typeof fetch;
}

/** Creates a supabase-js client with a stored session, as in a portal. */
export function signedIn(
  stack: Pick<Stack, "url" | "publishableKey" | "adminToken">,
  { token = stack.adminToken, fetch }: SignedInOptions = {},
): SupabaseClient {
  const session = token && JSON.stringify({
    access_token: token,
    refresh_token: "none",
    token_type: "bearer",
    expires_in: 3_600,
    expires_at: Math.floor(Date.now() / 1_000) + 3_600,
    user: { id: crypto.randomUUID() },
  });
  const storage = {
    getItem: () => session,
    setItem: () => {},
    removeItem: () => {},
  };
  return createClient(stack.url, stack.publishableKey, {
    auth: { storage, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch },
  });
}
