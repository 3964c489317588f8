import { fileURLToPath } from "node:url";
import { changedAt, DIST, newestIn, PAGE, SOURCES } from "./files.ts";

const CACHE = new URL("../../.cache/", import.meta.url);
const VITE = new URL("node_modules/vite/bin/vite.js", PAGE);
/** Copy of the last installed lock file. `npm ci` removes it at its start. */
const INSTALLED = new URL("node_modules/.installed-package-lock.json", PAGE);
const NPM = Deno.build.os === "windows" ? "npm.cmd" : "npm";

/**
 * Builds the admin page, unless the last build is newer than the sources.
 *
 * It needs npm and Node, and installs the tools of `package-lock.json` when that has changed. A lock serializes builds of
 * all processes.
 *
 * @param signal Stops the build.
 * @returns `null`, or a sentence that says why the build failed.
 */
export async function buildAdminPage(signal: AbortSignal): Promise<string | null> {
  await Deno.mkdir(CACHE, { recursive: true });
  using lock = await Deno.open(new URL("admin-page.lock", CACHE), { create: true, write: true });
  await lock.lock(true);
  try {
    return await install(signal) ?? await bundle(signal);
  } catch (error) {
    return `The admin page was not built: ${error instanceof Error ? error.message : error}`;
  }
}

async function install(signal: AbortSignal): Promise<string | null> {
  // Compares the content: in a copy of the project all files are new.
  const wanted = await Deno.readTextFile(new URL("package-lock.json", PAGE));
  const installed = await Deno.readTextFile(INSTALLED).catch(() => null);
  if (installed === wanted) return null;
  const problem = await run(NPM, ["ci", "--no-audit", "--no-fund"], signal);
  if (!problem) await Deno.writeTextFile(INSTALLED, wanted);
  return problem;
}

async function bundle(signal: AbortSignal): Promise<string | null> {
  const startedAt = new Date();
  const changes = await Promise.all(SOURCES.map(newestIn));
  if (await changedAt(new URL("index.html", DIST)) >= Math.max(...changes)) return null;
  // Builds in a temporary folder and moves it: requests get the old page meanwhile, never a partial one.
  const temporary = `.build-${crypto.randomUUID()}`;
  const folder = new URL(`${temporary}/`, PAGE);
  try {
    const problem = await run("node", [
      fileURLToPath(VITE),
      "build",
      "--outDir",
      temporary,
      "--logLevel",
      "warn",
    ], signal);
    if (problem) return problem;
    // Later changes are newer than the page.
    await Deno.utime(new URL("index.html", folder), startedAt, startedAt);
    await removed(DIST);
    await Deno.rename(folder, DIST);
    return null;
  } finally {
    await removed(folder);
  }
}

async function removed(folder: URL): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

/** Runs a command. @returns `null`, or a sentence with its error. */
async function run(
  command: string,
  args: string[],
  signal: AbortSignal,
): Promise<string | null> {
  const name = command === "node" ? "building it" : "`npm ci`";
  try {
    const { success, stdout, stderr } = await new Deno.Command(command, {
      args,
      cwd: PAGE,
      signal,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    if (success) return null;
    const said = new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
    return `The admin page was not built: ${name} failed: ${errorOf(said)}`;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return `The admin page was not built: it needs npm and Node, but ${command} was not found.`;
  }
}

/** Returns the first lines of an error, without colors and without the stack. */
function errorOf(said: string): string {
  // deno-lint-ignore no-control-regex -- removes the escape sequences of colors
  const lines = said.replace(/\x1b\[[0-9;]*m|[\u2500-\u257f\u2717]/g, "").split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(at |npm warn|error during|Build failed)/.test(line));
  return lines.slice(0, 3).join(" ").slice(0, 500);
}
