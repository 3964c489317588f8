import { box } from "./bombs.ts";
import { concat, latin1, u16, u32 } from "./bytes.ts";
import { withSegments } from "./metadata.ts";

/** APP1 and APP2. */
const APP1 = 0xffe1;
const APP2 = 0xffe2;

/** A JPEG with its gain map behind it, as Android 14 and Adobe write it: XMP, ISO 21496-1 and MPF say where it is. */
export function ultraHdr(photo: Uint8Array, gainMap: Uint8Array): Uint8Array<ArrayBuffer> {
  const xmp = latin1(
    "http://ns.adobe.com/xap/1.0/\0" +
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description hdrgm:Version="1.0"><Container:Directory>' +
      '<Container:Item Item:Semantic="Primary"/><Container:Item Item:Semantic="GainMap" ' +
      `Item:Length="${gainMap.length}"/></Container:Directory></rdf:Description></x:xmpmeta>`,
  );
  const iso = latin1("urn:iso:std:iso:ts:21496:-1\0\0\0\0\0");
  const segments = (offset: number) => [
    { marker: APP1, data: xmp },
    { marker: APP2, data: iso },
    { marker: APP2, data: mpf([photo.length, gainMap.length], offset) },
  ];
  const whole = withSegments(photo, segments(0));
  return concat(withSegments(photo, segments(whole.length)), gainMap);
}

/** The index of a file of several JPEGs (CIPA DC-007): version, number, and for each its length and offset. */
function mpf(lengths: number[], offset: number): Uint8Array {
  const entries = lengths.map((length, i) =>
    concat(u32(i === 0 ? 0x00030000 : 0), u32(length), u32(i === 0 ? 0 : offset), u32(0))
  );
  const directory = concat(
    u16(3),
    ...[u16(0xb000), u16(7), u32(4), latin1("0100")],
    ...[u16(0xb001), u16(4), u32(1), u32(lengths.length)],
    ...[u16(0xb002), u16(7), u32(16 * lengths.length), u32(8 + 2 + 3 * 12 + 4)],
    u32(0),
  );
  return concat(latin1("MPF\0MM\0*"), u32(8), directory, ...entries);
}

/** A short film whose data contains the markers of a JPEG. */
export function film(): Uint8Array<ArrayBuffer> {
  const data = concat([0xff, 0xd8, 0xff, 0xda, 0, 8], new Uint8Array(3_000).fill(0xff), [
    0xff,
    0xd0,
    0xff,
    0xc0,
  ]);
  return concat(
    box("ftyp", latin1("mp42"), u32(0), latin1("isommp42")),
    box("mdat", data),
    box("moov", new Uint8Array(200)),
  );
}

/** A motion photo as Google's camera writes it: the film follows the picture, and XMP says how long it is. */
export function motionPhoto(photo: Uint8Array): Uint8Array<ArrayBuffer> {
  const xmp = latin1(
    `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta GCamera:MotionPhoto="1" MicroVideoOffset="${film().length}"/>`,
  );
  return concat(withSegments(photo, [{ marker: APP1, data: xmp }]), film());
}

/** A motion photo as Samsung's camera writes it: a named film, and an index at the end. */
export function samsungMotionPhoto(photo: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(
    photo,
    [0, 0, 0x30, 0x0a, 16, 0, 0, 0],
    latin1("MotionPhoto_Data"),
    film(),
    latin1("SEFH"),
    new Uint8Array(16),
    latin1("SEFT"),
  );
}

/** A JPEG whose EXIF holds a thumbnail: a second directory with an orientation and a picture of its own. */
export function withThumbnail(
  photo: Uint8Array,
  thumbnail: Uint8Array,
  { own, thumbnails }: { own?: number; thumbnails: number },
): Uint8Array<ArrayBuffer> {
  const field = (tag: number, type: number, value: number[]) =>
    concat(u16(tag), u16(type), u32(1), value);
  const short = (tag: number, value: number) => field(tag, 3, [...u16(value), 0, 0]);
  const first = own === undefined ? [] : [short(0x0112, own)];
  const secondAt = 8 + 2 + 12 * first.length + 4;
  const thumbnailAt = secondAt + 2 + 12 * 4 + 4;
  const data = concat(
    latin1("Exif\0\0MM\0*"),
    u32(8),
    ...[u16(first.length), ...first, u32(secondAt)],
    ...[u16(4), short(0x0103, 6), short(0x0112, thumbnails)],
    ...[field(0x0201, 4, u32(thumbnailAt)), field(0x0202, 4, u32(thumbnail.length)), u32(0)],
    thumbnail,
  );
  return withSegments(photo, [{ marker: APP1, data }]);
}
