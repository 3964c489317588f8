import { createClient } from "@supabase/supabase-js";
import type { Stack } from "../../dev/stack.ts";

/** Puts a photo where admins upload originals to. @returns What `storage_path` takes. */
export async function storeOriginal(
  stack: Stack,
  path: string,
  photo: Uint8Array<ArrayBuffer>,
): Promise<{ bucket: string; path: string }> {
  const bucket = "car-originals";
  const { error } = await createClient(stack.url, stack.secretKey).storage.from(bucket)
    .upload(path, photo, { contentType: "image/jpeg" });
  if (error) throw error;
  return { bucket, path };
}
