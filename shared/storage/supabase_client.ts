import { PostgrestClient } from "@supabase/postgrest-js";
import { StorageClient } from "@supabase/storage-js";
import { fetchAs } from "./fetch_as.ts";

/**
 * A Supabase client for the two services that the function uses: Storage and the database. Its two parts are those of
 * supabase-js, whose whole client also loads Auth, Realtime and Functions: 20 ms of CPU at boot (`bench/COLD.md`). A client of
 * supabase-js has this type, too.
 */
export interface SupabaseClient extends Pick<PostgrestClient, "from" | "rpc"> {
  readonly storage: Pick<StorageClient, "from" | "getBucket">;
}

/**
 * Creates a Supabase client whose calls have a time bound and carry the current request's trace.
 *
 * @param url The project's API address, without a trailing slash.
 * @param key The calls' `apikey`.
 * @param timeoutMs Bound on each call, in milliseconds.
 * @param token The user's token, whose rights the calls have. @default the key
 */
export function connect(
  url: string,
  key: string,
  timeoutMs: number,
  token: string = key,
): SupabaseClient {
  const send = fetchAs(key, token, timeoutMs);
  const database = new PostgrestClient(`${url}/rest/v1`, { fetch: send });
  return {
    from: database.from.bind(database),
    rpc: database.rpc.bind(database),
    storage: new StorageClient(`${url}/storage/v1`, {}, send),
  };
}
