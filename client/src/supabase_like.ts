/** Options of `supabase.functions.invoke`. */
export interface InvokeOptions {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  headers?: { [name: string]: string };
  body?: Blob | Record<string, unknown>;
  signal?: AbortSignal;
}

/**
 * The part of a supabase-js client that this package uses. Clients of `@supabase/supabase-js` 2 and `@supabase/ssr` match
 * it, whatever their database types, so that this package has no imports.
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
