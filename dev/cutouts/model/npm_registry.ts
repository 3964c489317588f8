import { join } from "node:path";

const DEFAULT_REGISTRY = "https://registry.npmjs.org/";

/** Returns npm's configured registry, with a trailing slash: the environment's, `.npmrc`'s of the user, or the public one. */
export async function npmRegistry(
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
): Promise<string> {
  const home = env("HOME") ?? env("USERPROFILE");
  const file = env("NPM_CONFIG_USERCONFIG") ?? (home && join(home, ".npmrc"));
  const npmrc = file ? await Deno.readTextFile(file).catch(() => "") : "";
  const registry = env("NPM_CONFIG_REGISTRY") || env("npm_config_registry") ||
    /^\s*registry\s*=\s*"?([^\s"]+)/m.exec(npmrc)?.[1] || DEFAULT_REGISTRY;
  return registry.endsWith("/") ? registry : `${registry}/`;
}

/** Returns the address of a package's tarball. */
export function tarballUrl(registry: string, name: string, version: string): string {
  return `${registry}${name}/-/${name.split("/").at(-1)}-${version}.tgz`;
}
