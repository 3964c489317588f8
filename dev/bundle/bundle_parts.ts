import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { moduleGraph } from "./module_graph.ts";

/** A part of the deployed bundle. */
export interface BundlePart {
  /** `our own files`, or a package such as `hono@4.13.19`. */
  readonly name: string;
  readonly files: number;
  readonly rawBytes: number;
  /** Size in bytes after the Supabase CLI's compression. */
  readonly compressedBytes: number;
}

/** The Supabase CLI's compression quality (3.1.0). */
const BROTLI_QUALITY = 6;

/**
 * Computes what the Supabase CLI uploads when it bundles with Docker: our reachable files, the import map, and every file
 * of every package. The CLI compresses one archive of them; separately compressed parts are a few per cent larger.
 *
 * @param entry Absolute path of the function's entry.
 * @param importMap Absolute path of its `deno.json`.
 * @returns The parts, the largest compressed first.
 * @throws Error if a package cannot be fetched or a file is not found.
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

/** Lists a package's files, without Deno's own notes. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return filesIn(path);
    return name.startsWith(".deno") ? [] : [path];
  });
}
