import { readFile } from "node:fs/promises";

/**
 * Compiles a package's WASM file.
 *
 * Engines receive the module, never the bytes, so that the bytes are freed after the compilation.
 *
 * @param file A file URL, resolved from the package's entry (`import.meta.resolve`): Deno 2.1.4 resolves a package's
 * subpath only if some module imports it.
 * @throws {Error} If the file cannot be read or compiled.
 */
export async function compileWasm(file: URL): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(await readFile(file) as Uint8Array<ArrayBuffer>);
}
