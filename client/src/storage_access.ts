import type { SupabaseLike } from "./supabase_like.ts";

/** What supabase-js keeps to itself. Resumable uploads are no part of it, but need the same key, headers and `fetch`. */
interface Insides {
  supabaseKey?: unknown;
  headers?: Record<string, string>;
  accessToken?: () => Promise<string | null>;
  fetch?: typeof fetch;
}

/** A way to the caller's Storage. */
export interface StorageAccess {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** The caller's own `fetch`, if they gave supabase-js one. */
  readonly fetch: typeof fetch;
  /** What every call has to carry. The session's token is refreshed when it is about to expire: ask for each call anew. */
  headers(): Promise<Record<string, string>>;
}

/**
 * Finds the way to Storage that a supabase-js client would take.
 *
 * @throws {TypeError} If it is no such client.
 */
export function storageAccess(supabase: SupabaseLike): StorageAccess {
  const insides = supabase as Insides;
  const key = insides.supabaseKey;
  if (typeof key !== "string") {
    throw new TypeError("Expected a client made by createClient of @supabase/supabase-js.");
  }
  const { publicUrl } = supabase.storage.from("-").getPublicUrl("-").data;
  // A client with its own `accessToken` has no session, and its `auth` throws.
  const token = async () =>
    insides.accessToken
      ? await insides.accessToken()
      : (await supabase.auth.getSession()).data.session?.access_token;
  return {
    url: publicUrl.replace(/\/object\/public\/.*$/, ""),
    fetch: (input, init) => (insides.fetch ?? fetch)(input, init),
    headers: async () => {
      // Any other header, such as `x-client-info`, would not pass the CORS rules of resumable uploads.
      const own = new Headers(insides.headers);
      const authorization = own.get("authorization") ?? `Bearer ${await token() ?? key}`;
      return { apikey: own.get("apikey") ?? key, authorization };
    },
  };
}
