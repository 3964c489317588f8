import { concat, latin1, u16, u32 } from "./bytes.ts";

const D50 = [0.9642, 1, 0.8249];

/** The ICC profile of a grey device with a gamma curve, such as 1.8. */
export function greyProfile(gamma: number): Uint8Array<ArrayBuffer> {
  const curve = concat(latin1("curv"), u32(0), u32(1), u16(Math.round(gamma * 256)));
  return profileOf("mntrGRAYXYZ ", [["kTRC", curve]]);
}

/** The ICC profile of the colour space Lab itself: its table leaves every colour as it is. */
export function labProfile(): Uint8Array<ArrayBuffer> {
  const corners = Array.from({ length: 8 }, (_, i) => [(i >> 2) & 1, (i >> 1) & 1, i & 1]);
  const identity = [...u16(0), ...u16(0xffff)];
  const lut = concat(
    latin1("mft2"),
    u32(0),
    [3, 3, 2, 0],
    ...[1, 0, 0, 0, 1, 0, 0, 0, 1].map((value) => u32(value * 65536)),
    [...u16(2), ...u16(2)],
    ...new Array(3).fill(identity),
    ...corners.map((corner) => corner.flatMap((value) => u16(value * 0xffff))),
    ...new Array(3).fill(identity),
  );
  return profileOf("spacLab Lab ", [["A2B0", lut]]);
}

/** Pads a profile with zeros that no tag refers to. */
export function paddedTo(profile: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  const padded = concat(profile, new Uint8Array(bytes - profile.length));
  padded.set(u32(bytes), 0);
  return padded;
}

/** A profile of version 2, by its class, its colour space and the space that it connects to. */
function profileOf(kind: string, own: [name: string, data: Uint8Array][]): Uint8Array<ArrayBuffer> {
  const white = concat(latin1("XYZ "), u32(0), ...D50.map(fixed));
  const name = "Test profile\0";
  const description = concat(
    latin1("desc"),
    u32(0),
    u32(name.length),
    latin1(name),
    new Uint8Array(4 + 4 + 2 + 1 + 67),
  );
  const copyright = concat(latin1("text"), u32(0), latin1("CC0\0"));
  const tags: [string, Uint8Array][] = [
    ["desc", description],
    ["cprt", copyright],
    ["wtpt", white],
    ...own,
  ];
  let offset = 128 + 4 + tags.length * 12;
  const padded = tags.map(([, data]) => concat(data, new Uint8Array((4 - data.length % 4) % 4)));
  const table = tags.map(([tag, data], i) => {
    const row = concat(latin1(tag), u32(offset), u32(data.length));
    offset += padded[i].length;
    return row;
  });
  const head = concat(
    ...[u32(offset), u32(0), u32(0x02400000), latin1(kind)],
    ...[2024, 1, 1, 0, 0, 0].map(u16),
    latin1("acsp"),
    new Uint8Array(28),
    ...D50.map(fixed),
  );
  return concat(head, new Uint8Array(128 - head.length), u32(tags.length), ...table, ...padded);
}

function fixed(value: number): number[] {
  return u32(Math.round(value * 65536));
}
