const CENTRAL = 0x02014b50;
const END = 0x06054b50;

/** Reads the names and sizes of a ZIP's files from its directory. */
export function zipEntries(zip: Uint8Array): { name: string; bytes: number }[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let end = zip.length - 22;
  while (view.getUint32(end, true) !== END) end--;
  const entries = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint32(at, true) !== CENTRAL) throw new Error(`No entry at ${at}.`);
    const [length, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const name = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + length));
    entries.push({ name, bytes: view.getUint32(at + 24, true) });
    at += 46 + length + extra + comment;
  }
  return entries;
}
