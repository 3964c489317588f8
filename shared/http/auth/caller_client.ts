import type { Config } from "../../config.ts";
import { connect, type SupabaseClient } from "../../storage/supabase_client.ts";
import type { Caller } from "./caller.ts";

/** Creates a Supabase client with the caller's own rights. */
export function connectAs(caller: Caller, { supabase, storage }: Config): SupabaseClient {
  const { url, publishableKey } = supabase;
  return caller.kind === "server"
    ? connect(url, caller.key, storage.timeoutMs)
    : connect(url, publishableKey, storage.timeoutMs, caller.token);
}
