import { join } from "node:path";

/**
 * Returns the project's folder in the user's cache: `process-image` below the system's folder for caches; `undefined` if the
 * environment names none.
 */
export function userCacheFolder(
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
  os: typeof Deno.build.os = Deno.build.os,
): string | undefined {
  const home = env("HOME");
  const caches = os === "windows"
    ? env("LOCALAPPDATA")
    : env("XDG_CACHE_HOME") || (home && join(home, os === "darwin" ? "Library/Caches" : ".cache"));
  return caches ? join(caches, "process-image") : undefined;
}
