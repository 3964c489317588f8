import { readFile } from "node:fs/promises";
import { freeBuffer } from "../../lib/free_buffer.ts";

/**
 * Compiles a package's WASM file.
 *
 * Engines receive the module, never the bytes. The bytes are freed at once: ImageMagick's 14 MB would count as used memory
 * until a garbage collection, which may come after the first photo.
 *
 * @param file A file URL, resolved from the package's entry (`import.meta.resolve`): Deno 2.1.4 resolves a package's
 * subpath only if some module imports it.
 * @throws {Error} If the file cannot be read or compiled.
 */
export async function compileWasm(file: URL): Promise<WebAssembly.Module> {
  const bytes = await readFile(file) as Uint8Array<ArrayBuffer>;
  const module = await WebAssembly.compile(bytes);
  freeBuffer(bytes);
  return module;
}
