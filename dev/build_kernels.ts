/**
 * Builds the pixel loops: `deno task kernels` compiles `kernels/assembly/` and writes `shared/image/kernels/kernels_wasm.ts`.
 *
 * @module
 */
import asc from "assemblyscript/asc";

const SOURCES = new URL("../kernels/assembly/", import.meta.url);
const TARGET = new URL("../shared/image/kernels/kernels_wasm.ts", import.meta.url);
const OUTPUT = "kernels.wasm";

/** `stub` is AssemblyScript's smallest runtime: the pixel loops create no objects. The memory is 1 MB at first. */
const OPTIONS = [
  ...["-O3", "--noAssert", "--enable", "simd"],
  ...["--runtime", "stub", "--initialMemory", "16"],
];

/**
 * Compiles the pixel loops. Equal sources and an equal version of the compiler give equal bytes.
 *
 * @returns The module that the function imports, as TypeScript: the WebAssembly in base64, since only TypeScript that is imported
 * is deployed.
 * @throws {Error} The compiler's messages.
 */
export async function buildKernels(): Promise<string> {
  let file: Uint8Array | undefined;
  const { error, stderr } = await asc.main(["index.ts", "--outFile", OUTPUT, ...OPTIONS], {
    readFile: (name) => {
      try {
        return Deno.readTextFileSync(new URL(name, SOURCES));
      } catch (cause) {
        if (cause instanceof Deno.errors.NotFound) return null; // the compiler tries several paths
        throw cause;
      }
    },
    writeFile: (name, content) => {
      if (name === OUTPUT) file = content as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !file) throw new Error(`${error?.message ?? "There is no output."}\n${stderr}`);
  return `// deno task kernels writes this file from kernels/assembly/.

/** The pixel loops: WebAssembly, in base64. */
export const KERNELS =
  "${file.toBase64()}";
`;
}

if (import.meta.main) await Deno.writeTextFile(TARGET, await buildKernels());
