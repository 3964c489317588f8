const BLOCK = 512;

/** Creates an uncompressed tar archive (ustar). */
export function tarOf(files: Record<string, Uint8Array | string>): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const [path, content] of Object.entries(files)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const header = new Uint8Array(BLOCK);
    const write = (text: string, at: number) => header.set(new TextEncoder().encode(text), at);
    write(path, 0);
    write("0000644\0", 100);
    write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
    write(" ".repeat(8), 148);
    write("0ustar\x0000", 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
    padded.set(bytes);
    blocks.push(header, padded);
  }
  return Uint8Array.of(...blocks.flatMap((block) => [...block]), ...new Uint8Array(2 * BLOCK));
}
