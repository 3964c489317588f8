const BLOCK = 512;
const TEXT = new TextDecoder();

/**
 * Reads files of an uncompressed tar archive (ustar, as npm writes it).
 *
 * @param archive The whole archive.
 * @param wanted Whether a file, named by its path, is to be read.
 * @returns Views of the archive, by path.
 */
export function readTar(
  archive: Uint8Array<ArrayBuffer>,
  wanted: (path: string) => boolean,
): Map<string, Uint8Array<ArrayBuffer>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const field = (at: number, length: number): string =>
    TEXT.decode(archive.subarray(at, at + length)).replace(/\0.*$/s, "");
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0;) {
    const prefix = field(at + 345, 155);
    const path = (prefix && `${prefix}/`) + field(at, 100);
    const bytes = parseInt(field(at + 124, 12), 8);
    if (!Number.isFinite(bytes)) throw new Error("The archive is damaged.");
    const start = at + BLOCK;
    if (wanted(path)) files.set(path, archive.subarray(start, start + bytes));
    at = start + Math.ceil(bytes / BLOCK) * BLOCK;
  }
  return files;
}

/** Decompresses gzip. */
export async function gunzip(file: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([file]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
