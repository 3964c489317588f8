import { jwtVerify } from "jose";
import type { Route } from "../function_gateway.ts";
import type { LocalKeys } from "./database.ts";
import type { SerialSupabase } from "./one_at_a_time.ts";
import type { UploadBucket } from "./resumable_uploads.ts";

/**
 * Adds resumable uploads to the embedded Supabase. Loads their server, which takes a while and few tests need.
 *
 * @param keys Keys that credentials are checked against; users' tokens have been exchanged for HS256 before.
 */
export async function openUploads(
  keys: LocalKeys,
  { fetch, query }: SerialSupabase,
): Promise<Route> {
  const { createResumableUploads } = await import("./resumable_uploads.ts");
  const secret = new TextEncoder().encode(keys.jwtSecret);
  return createResumableUploads({
    storage: fetch,
    roleOf: async ({ headers }) => {
      const token = headers.get("authorization")?.replace(/^Bearer /i, "") ?? headers.get("apikey");
      if (token === keys.secretKey) return "service_role";
      const verified = await jwtVerify(token ?? "", secret).catch(() => null);
      return typeof verified?.payload.role === "string" ? verified.payload.role : null;
    },
    bucket: async (id) => {
      const sql = "select file_size_limit, allowed_mime_types from storage.buckets where id = $1";
      return (await query<UploadBucket>(sql, [id]))[0];
    },
    isTaken: async (bucket, path) => {
      const sql = "select 1 from storage.objects where bucket_id = $1 and name = $2";
      return (await query(sql, [bucket, path])).length > 0;
    },
  });
}
