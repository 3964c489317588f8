import { joinBytes } from "../../../lib/join_bytes.ts";
import { pngChunks } from "./png_chunks.ts";

/** Chunks whose text is compressed. */
const COMPRESSED = new Set(["zTXt", "iTXt"]);

/**
 * Number of compressed texts to keep: an older program's EXIF block may be one. Each costs at most 25 ms, as the
 * decoder inflates no more than 8 MB of it.
 */
const KEPT = 4;

/**
 * Drops the compressed texts of a PNG. This stops files of a thousand texts that inflate to a thousand times their
 * size (19 s of CPU for 8 MB). No output contains any of these texts.
 *
 * @param file The file.
 * @returns A new file, or the same one if it has few texts.
 */
export function dropPngTexts(file: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  let texts = 0;
  let from = 0;
  for (const { name, at, next } of pngChunks(file)) {
    if (!COMPRESSED.has(name) || ++texts <= KEPT) continue;
    kept.push(file.subarray(from, at));
    from = Math.min(next, file.length);
  }
  return kept.length === 0 ? file : joinBytes([...kept, file.subarray(from)]);
}
