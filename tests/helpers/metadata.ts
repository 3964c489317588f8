import { pngChunk } from "./tiny_files.ts";
import { concat, latin1, u16, u32 } from "./bytes.ts";

/** Inserts segments after a JPEG's start. */
export function withSegments(
  jpeg: Uint8Array,
  segments: { marker: number; data: Uint8Array }[],
): Uint8Array<ArrayBuffer> {
  const inserted = segments.flatMap((
    { marker, data },
  ) => [u16(marker), u16(data.length + 2), data]);
  return concat(jpeg.subarray(0, 2), ...inserted, jpeg.subarray(2));
}

/** A JPEG with an EXIF orientation, 1 to 8, and a GPS latitude reference. */
export function withOrientation(jpeg: Uint8Array, orientation: number): Uint8Array<ArrayBuffer> {
  return withSegments(jpeg, [{ marker: 0xffe1, data: exif(orientation) }]);
}

/** A PNG with an EXIF orientation, in a chunk after its header. */
export function withPngOrientation(png: Uint8Array, orientation: number): Uint8Array<ArrayBuffer> {
  const headerEnd = 8 + 12 + 13;
  const chunk = pngChunk("eXIf", exif(orientation).subarray(6));
  return concat(png.subarray(0, headerEnd), chunk, png.subarray(headerEnd));
}

/** A JPEG with every kind of metadata that cameras and editors write. */
export function withEveryMetadata(jpeg: Uint8Array): Uint8Array<ArrayBuffer> {
  const xmp = latin1("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SecretCreator</x:xmpmeta>");
  return withSegments(jpeg, [
    { marker: 0xffe1, data: exif(1) },
    { marker: 0xffe1, data: xmp },
    {
      marker: 0xffed,
      data: latin1("Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0a\x1c\x02\x50\0\x05IPTCx"),
    },
    { marker: 0xfffe, data: latin1("SecretComment") },
  ]);
}

/** A big-endian TIFF of two directories: the orientation and a pointer to GPS; then `GPSLatitudeRef` = N. */
export function exif(orientation: number): Uint8Array<ArrayBuffer> {
  const gpsAt = 8 + 2 + 2 * 12 + 4;
  return concat(
    latin1("Exif\0\0MM\0*"),
    u32(8),
    u16(2),
    ...[u16(0x0112), u16(3), u32(1), u16(orientation), u16(0)],
    ...[u16(0x8825), u16(4), u32(1), u32(gpsAt)],
    u32(0),
    u16(1),
    ...[u16(1), u16(2), u32(2), latin1("N\0\0\0")],
    u32(0),
  );
}
