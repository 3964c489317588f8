import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Stack } from "../../dev/stack.ts";

/** How a client differs from that of a signed-in admin. */
export interface SignedInOptions {
  /** `null`: nobody is signed in. @default the admin's */
  token?: string | null;
  /** Stands in for the network. */
  fetch?: typeof fetch;
}

/** A client of supabase-js as a portal has it: with a session that it has kept. */
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
