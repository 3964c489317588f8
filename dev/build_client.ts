/**
 * Builds the npm package of `client/`: `deno task client`. Prints the files that `npm publish` would upload; `deno publish`,
 * for JSR, uploads the sources.
 *
 * @module
 */
const CLIENT = new URL("../client/", import.meta.url);

/**
 * Compiles the client to JavaScript and declarations.
 *
 * @param folder The package's folder; its `dist` is replaced.
 * @throws Error with the compiler's output if the client does not compile
 */
export async function buildClient(folder: URL = CLIENT): Promise<void> {
  const dist = new URL("dist/", folder);
  await Deno.remove(dist, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await compile(new URL("tsconfig.json", CLIENT), "--outDir", dist.pathname);
  await nameWorker(new URL("src/render_in_worker.js", dist));
  if (folder.href === CLIENT.href) return;
  for (const name of ["package.json", "README.md", "LICENSE"]) {
    await Deno.copyFile(new URL(name, CLIENT), new URL(name, folder));
  }
}

/** Replaces the worker's file name by the compiled one: the compiler rewrites only the paths of imports. */
async function nameWorker(file: URL): Promise<void> {
  const text = await Deno.readTextFile(file);
  const named = text.replace(`new URL("./render_worker.ts"`, `new URL("./render_worker.js"`);
  if (named === text) throw new Error("The compiled client does not name the worker's file.");
  await Deno.writeTextFile(file, named);
}

/**
 * Runs the TypeScript compiler.
 *
 * @param project The `tsconfig.json`.
 * @throws Error with the compiler's output
 */
export async function compile(project: URL, ...options: string[]): Promise<void> {
  const compiler = import.meta.resolve("typescript/lib/tsc.js");
  // All permissions: the compiler reads the environment, the system and its own files.
  const args = ["run", "-A", "--no-lock", compiler, "-p", project.pathname, ...options];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`tsc failed:\n${text(stdout)}${text(stderr)}`);
}

async function listPackage(): Promise<number> {
  const command = new Deno.Command("npm", {
    args: ["pack", "--dry-run"],
    cwd: CLIENT,
  });
  try {
    return (await command.spawn().status).code;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("Built client/dist. The files for publication are not listed: npm was not found.");
    return 0;
  }
}

if (import.meta.main) {
  await buildClient();
  Deno.exitCode = await listPackage();
}
