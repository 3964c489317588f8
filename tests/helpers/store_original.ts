import { createClient } from "@supabase/supabase-js";
import type { Stack } from "../../dev/stack.ts";

/** Stores a photo in the bucket of originals. @returns The value for `storage_path`. */
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
