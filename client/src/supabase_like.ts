/** A call of a function, as `supabase.functions.invoke` takes it. */
export interface InvokeOptions {
  method?: "GET" | "POST" | "DELETE";
  headers?: { [name: string]: string };
  body?: Blob | Record<string, unknown>;
  signal?: AbortSignal;
}

/**
 * What this package uses of the caller's own supabase-js client. A client made by `createClient` of `@supabase/supabase-js`
 * 2, or by `@supabase/ssr`, is one, whatever its database's types: so this package imports nothing.
 */
export interface SupabaseLike {
  readonly functions: {
    invoke(name: string, options?: InvokeOptions): Promise<{ data: unknown; error: unknown }>;
  };
  readonly storage: {
    from(bucket: string): { getPublicUrl(path: string): { data: { publicUrl: string } } };
  };
  readonly auth: {
    getSession(): Promise<
      { data: { session: { access_token: string } | null } }
    >;
  };
}
