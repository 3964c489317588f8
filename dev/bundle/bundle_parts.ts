import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { moduleGraph } from "./module_graph.ts";

/** A part of what is deployed, in bytes. */
export interface BundlePart {
  /** `our own files`, or a package such as `hono@4.13.19`. */
  readonly name: string;
  readonly files: number;
  readonly rawBytes: number;
  /** As the Supabase CLI compresses it. */
  readonly compressedBytes: number;
}

/** The quality at which the Supabase CLI compresses a bundle (3.1.0). */
const BROTLI_QUALITY = 6;

/**
 * Computes what the Supabase CLI uploads where it bundles with Docker: our files that are reachable, the import map, and
 * every file of every package. The CLI puts them into one archive and compresses that; parts compressed one by one are
 * larger by a few per cent at most.
 *
 * @param entry Absolute path of the function's entry.
 * @param importMap Absolute path of its `deno.json`.
 * @returns The parts, the largest compressed first.
 * @throws Error if a package can not be fetched or a file not be found.
 */
export async function bundleParts(entry: string, importMap: string): Promise<BundlePart[]> {
  const { files, packages } = await moduleGraph(entry, importMap);
  const parts = [
    measure("our own files", [...files, importMap]),
    ...packages.map(({ id, folder }) => measure(id, filesIn(folder))),
  ];
  return parts.sort((a, b) => b.compressedBytes - a.compressedBytes);
}

function measure(name: string, paths: string[]): BundlePart {
  const contents = paths.map((path) => Deno.readFileSync(path));
  const raw = new Uint8Array(contents.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const content of contents) {
    raw.set(content, offset);
    offset += content.length;
  }
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
  const compressedBytes = brotliCompressSync(raw, { params }).length;
  return { name, files: paths.length, rawBytes: raw.length, compressedBytes };
}

/** Every file of a package; what Deno notes beside it is none. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return filesIn(path);
    return name.startsWith(".deno") ? [] : [path];
  });
}
