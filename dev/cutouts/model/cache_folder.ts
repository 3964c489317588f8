import { join } from "node:path";
import { userCacheFolder } from "../../user_cache_folder.ts";

/**
 * Returns the folder of downloaded weights, in the user's cache: `CUTOUTS_CACHE`, or `process-image/models` below the
 * system's folder for caches.
 *
 * @throws Error if the environment names neither
 */
export function cacheFolder(
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
  os: typeof Deno.build.os = Deno.build.os,
): string {
  const own = env("CUTOUTS_CACHE");
  if (own) return own;
  const caches = userCacheFolder(env, os);
  if (!caches) throw new Error("No cache folder is known. Set CUTOUTS_CACHE to a folder.");
  return join(caches, "models");
}
