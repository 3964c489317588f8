/** A chunk or segment of an image file. */
export interface FilePart {
  /** PNG or RIFF chunk type, or the JPEG marker in hex, such as `ffe1`. */
  name: string;
  data: Uint8Array;
}

/** Splits a PNG, WebP or JPEG file into its parts, without an image library. */
export function partsOf(file: Uint8Array): FilePart[] {
  if (file[0] === 0x89) return pngChunks(file);
  if (file[0] === 0xff) return jpegSegments(file);
  return riffChunks(file);
}

/** Decodes a part's bytes as text, one character per byte. */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function pngChunks(file: Uint8Array): FilePart[] {
  const parts: FilePart[] = [];
  for (let from = 8; from < file.length;) {
    const length = viewOf(file).getUint32(from);
    parts.push({
      name: textOf(file.subarray(from + 4, from + 8)),
      data: file.subarray(from + 8, from + 8 + length),
    });
    from += length + 12;
  }
  return parts;
}

function riffChunks(file: Uint8Array): FilePart[] {
  const parts: FilePart[] = [];
  for (let from = 12; from < file.length;) {
    const length = viewOf(file).getUint32(from + 4, true);
    parts.push({
      name: textOf(file.subarray(from, from + 4)),
      data: file.subarray(from + 8, from + 8 + length),
    });
    from += 8 + length + (length % 2);
  }
  return parts;
}

/** Reads the segments before the picture's data. */
function jpegSegments(file: Uint8Array): FilePart[] {
  const parts: FilePart[] = [];
  for (let from = 2; file[from + 1] !== 0xda;) {
    if (file[from] !== 0xff) throw new Error(`No JPEG segment at ${from}.`);
    const length = viewOf(file).getUint16(from + 2);
    parts.push({
      name: viewOf(file).getUint16(from).toString(16),
      data: file.subarray(from + 4, from + 2 + length),
    });
    from += 2 + length;
  }
  return parts;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
