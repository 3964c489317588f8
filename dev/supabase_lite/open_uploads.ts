import type { App } from "@supabase/lite";
import type { PgliteConnection } from "@supabase/lite/pglite";
import { jwtVerify } from "jose";
import type { Route } from "../function_gateway.ts";
import type { LocalKeys } from "./database.ts";
import type { UploadBucket } from "./resumable_uploads.ts";

/**
 * Gives the embedded Supabase resumable uploads. Their server is loaded here, when it is first asked for: few tests do, and that takes
 * a while.
 *
 * @param keys What credentials are checked against; users' tokens have been exchanged for HS256 before.
 */
export async function openUploads(
  keys: LocalKeys,
  app: App,
  { driver }: PgliteConnection,
): Promise<Route> {
  const { createResumableUploads } = await import("./resumable_uploads.ts");
  const secret = new TextEncoder().encode(keys.jwtSecret);
  return createResumableUploads({
    storage: async (request) => await app.fetch(request),
    roleOf: async ({ headers }) => {
      const token = headers.get("authorization")?.replace(/^Bearer /i, "") ?? headers.get("apikey");
      if (token === keys.secretKey) return "service_role";
      const verified = await jwtVerify(token ?? "", secret).catch(() => null);
      return typeof verified?.payload.role === "string" ? verified.payload.role : null;
    },
    bucket: async (id) => {
      const sql = "select file_size_limit, allowed_mime_types from storage.buckets where id = $1";
      return (await driver.query<UploadBucket>(sql, [id])).rows[0];
    },
    isTaken: async (bucket, path) => {
      const sql = "select 1 from storage.objects where bucket_id = $1 and name = $2";
      return (await driver.query(sql, [bucket, path])).rows.length > 0;
    },
  });
}
