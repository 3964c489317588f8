/**
 * Profiles the boot on Deno 2.1.4: `deno run -A --unstable-no-legacy-abort bench/boot_profile.ts [--runs=N]` (Linux).
 *
 * Prints the CPU of the main thread by phase, and for each npm package the number of files that the boot loads of it and the CPU of
 * importing it alone in a fresh process. Processes of all rows alternate, so that other load on the machine affects all alike.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { denoBinary } from "../dev/deno_binary.ts";
import { childEnvironment } from "../dev/deno_child.ts";
import { freePort } from "../dev/free_port.ts";
import { denoCacheDir } from "../dev/hosted_runtime/deno_cache_dir.ts";
import { IsolateProcess } from "../dev/hosted_runtime/isolate_process.ts";
import { readCpuTimes } from "../dev/linux_cpu.ts";
import { loadedModules } from "../dev/loaded_modules.ts";
import { DENO, startBackend } from "./backend.ts";
import { median } from "./statistics.ts";
import { markdown } from "./table.ts";

const ROOT = new URL("../", import.meta.url);
const ENTRY = new URL("functions/process-image/index.ts", ROOT).href;
/** The module of each package that the function imports, or one of several. The other packages are dependencies of these. */
const IMPORTS: Record<string, string> = {
  "@imagemagick/magick-wasm": "@imagemagick/magick-wasm",
  "@jsquash/webp": "@jsquash/webp/encode.js",
  "@supabase/postgrest-js": "@supabase/postgrest-js",
  "@supabase/storage-js": "@supabase/storage-js",
  hono: "hono/tiny",
  "image-size": "image-size/types/png",
  jose: "jose/jwt/verify",
  zod: "zod",
};
/** Imports a module and prints the main thread's CPU before and after that, in milliseconds. */
const IMPORTER = `
const cpu = () => Deno.readTextFileSync("/proc/self/task/" + Deno.pid + "/schedstat").split(" ")[0] / 1e6;
const before = cpu();
await import(Deno.args[0]);
console.log(JSON.stringify([before, cpu()]));`;
const EMPTY = "export default { fetch: () => new Response() };\n";
const { values: { runs } } = parseArgs({ options: { runs: { type: "string", default: "9" } } });

await using backend = await startBackend();
const binary = await denoBinary(DENO);
const cacheDir = await denoCacheDir(binary);
// Deno resolves the imports of a file by the `deno.json` above it.
const empty = new URL(".boot_profile_empty.ts", ROOT);
const importer = new URL(".boot_profile_import.ts", ROOT);
await Deno.writeTextFile(empty, EMPTY);
await Deno.writeTextFile(importer, IMPORTER);
try {
  const inspector = `127.0.0.1:${freePort()}`;
  const inspected = await backend.start({ inspector });
  const { files, packages } = await loadedModules(inspector, ROOT);
  await inspected.close();

  const rows = new Map<string, number[]>();
  const measure = async (name: string, cost: () => Promise<number>) => {
    rows.set(name, [...(rows.get(name) ?? []), await cost()]);
  };
  for (let run = 0; run < Number(runs); run++) {
    await measure("empty", () => served(empty.href));
    await measure("boot", () => served(ENTRY));
    await measure("evaluation", evaluation);
    for (const [name, module] of Object.entries(IMPORTS)) {
      await measure(name, () => imported(module));
    }
  }
  const of = (name: string) => median(rows.get(name) ?? []).toFixed(1);
  console.log(markdown({
    title: "The boot by phase",
    note: `CPU of the main thread in milliseconds, Deno ${DENO}, medians of ${runs} processes.`,
    columns: ["phase", "ms"],
    rows: [
      ["a function that does nothing, to its first answer", of("empty")],
      [`the function, to its first health check: ${files.length} files of its own`, of("boot")],
      ["of it evaluation, which alone the host counts", of("evaluation")],
    ],
  }));
  console.log(markdown({
    title: "Packages at boot",
    columns: ["package", "files", "importing it alone, ms"],
    rows: [...packages].map(([name, count]) => [
      name,
      String(count),
      rows.has(name) ? of(name) : "",
    ]),
  }));
} finally {
  await Deno.remove(empty);
  await Deno.remove(importer);
}

async function served(entrypoint: string): Promise<number> {
  await using process = new AsyncDisposableStack();
  const running = await backend.start({ entrypoint });
  process.defer(() => running.close());
  return (await readCpuTimes(running.pid)).mainThreadMs;
}

/** Starts the function in the simulated hosted runtime, which begins to count when all modules are loaded. */
async function evaluation(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const code = { binary, cacheDir, env: backend.env, entrypoint: ENTRY };
  const isolate = new IsolateProcess(code, {
    onListening: resolve,
    onMessage() {},
    onLog() {},
  });
  await promise;
  const ms = isolate.cpuMs();
  isolate.end();
  await isolate.gone;
  return ms;
}

async function imported(specifier: string): Promise<number> {
  const { stdout } = await new Deno.Command(binary, {
    args: ["run", "-A", "--no-lock", "--no-code-cache", importer.href, specifier],
    env: childEnvironment({}),
    stderr: "inherit",
  }).output();
  const [before, after]: [number, number] = JSON.parse(new TextDecoder().decode(stdout));
  return after - before;
}
