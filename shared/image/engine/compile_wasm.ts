import { readFile } from "node:fs/promises";

/**
 * Compiles a package's WASM file.
 *
 * A module is what engines are handed, never the bytes, so that the bytes are freed once it is compiled.
 *
 * @param file A file URL, found from the package's entry (`import.meta.resolve`): Deno 2.1.4 resolves a package's
 * subpath only where some module imports it.
 * @throws {Error} If the file can not be read or compiled.
 */
export async function compileWasm(file: URL): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(await readFile(file) as Uint8Array<ArrayBuffer>);
}
