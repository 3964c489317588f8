import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Files and folders that a clone does not have. */
const LEFT_OUT = new Set([".git", ".env", ".env.local", ".cache", ".temp", "out", "dist"]);

/**
 * Copies the project to a new folder, where commands may write anything. It links installed packages, so that
 * nothing is downloaded again.
 *
 * @returns The folder, which the caller removes.
 */
export async function copyOfProject(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "process-image-" });
  await copy(ROOT, folder);
  return folder;
}

async function copy(from: string, to: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const [source, target] = [`${from}/${name}`, `${to}/${name}`];
    if (LEFT_OUT.has(name)) continue;
    if (name === "node_modules") {
      await Deno.symlink(source, target);
    } else if (isDirectory) {
      await Deno.mkdir(target);
      await copy(source, target);
    } else {
      await Deno.copyFile(source, target);
    }
  }
}
