import type { SupabaseLike } from "./supabase_like.ts";

/**
 * Private fields of a supabase-js client. Resumable uploads are not part of supabase-js, but need the same key, headers and
 * `fetch`.
 */
interface Insides {
  supabaseKey?: unknown;
  headers?: Record<string, string>;
  accessToken?: () => Promise<string | null>;
  fetch?: typeof fetch;
}

/** Access to the caller's Storage. */
export interface StorageAccess {
  /** Storage's address, without a trailing slash. */
  readonly url: string;
  /** The `fetch` that the caller passed to supabase-js, or the global one. */
  readonly fetch: typeof fetch;
  /** Returns the headers of a call. Request them for each call: supabase-js refreshes the session's token. */
  headers(): Promise<Record<string, string>>;
}

/**
 * Creates the access to Storage that a supabase-js client has.
 *
 * @throws {TypeError} If `supabase` is not a client of supabase-js.
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
      // The CORS rules of resumable uploads reject any other header, such as `x-client-info`.
      const own = new Headers(insides.headers);
      const authorization = own.get("authorization") ?? `Bearer ${await token() ?? key}`;
      return { apikey: own.get("apikey") ?? key, authorization };
    },
  };
}
