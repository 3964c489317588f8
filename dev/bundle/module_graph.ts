import { fileURLToPath } from "node:url";

/** An npm package of the function, unpacked in Deno's cache. */
export interface NpmPackage {
  /** Such as `hono@4.13.19`. */
  readonly id: string;
  readonly folder: string;
}

/** Modules that a module imports, for values or types. */
export interface ModuleGraph {
  /** Absolute paths of files, the module itself first. */
  readonly files: string[];
  /** Packages and their dependencies. */
  readonly packages: NpmPackage[];
}

/** Output of `deno info --json`. */
interface Info {
  modules: { specifier: string; error?: string }[];
  npmPackages: Record<string, { localPath: string }>;
}

/**
 * Reads a module's imports with Deno. It fetches npm packages that are not in Deno's cache, and needs no network otherwise.
 *
 * @param entry Absolute path of the module.
 * @param importMap Absolute path of its `deno.json`.
 * @throws Error with Deno's output if something cannot be found or fetched.
 */
export async function moduleGraph(entry: string, importMap: string): Promise<ModuleGraph> {
  // The Supabase CLI bundles with the import map and without a lock file.
  const options = ["--no-lock", "--config", importMap, entry];
  // `info` resolves packages but does not fetch their files.
  await deno("cache", ...options);
  const { modules, npmPackages } = JSON.parse(await deno("info", "--json", ...options)) as Info;
  const broken = modules.find(({ error }) => error !== undefined);
  if (broken) throw new Error(`${broken.specifier}: ${broken.error}`);
  return {
    files: modules.filter(({ specifier }) => specifier.startsWith("file:"))
      .map(({ specifier }) => fileURLToPath(specifier)),
    packages: Object.entries(npmPackages).map(([id, { localPath }]) => ({ id, folder: localPath })),
  };
}

async function deno(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
  return new TextDecoder().decode(stdout);
}
