import { concat, latin1, u16, u32 } from "./bytes.ts";

/** An sRGB colour, each channel 0 to 1. */
export type Srgb = readonly [r: number, g: number, b: number];

/** Linear sRGB to XYZ adapted to D50. */
const TO_XYZ = [
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733],
];

const D50 = [0.9642, 1, 0.8249];

/**
 * Makes the smallest ICC profile of a printing process: version 2, class "prtr", CMYK to Lab with a table of two
 * points per channel, without curves.
 *
 * @param colorOf Returns the colour of an ink combination; called for each of the 16 combinations of no and full ink.
 */
export function cmykProfile(colorOf: (ink: number[]) => Srgb): Uint8Array<ArrayBuffer> {
  const grid = Array.from(
    { length: 16 },
    (_, i) => [(i >> 3) & 1, (i >> 2) & 1, (i >> 1) & 1, i & 1],
  );
  const identity = [...u16(0), ...u16(0xffff)];
  const lut = concat(
    latin1("mft2"),
    u32(0),
    [4, 3, 2, 0],
    ...[1, 0, 0, 0, 1, 0, 0, 0, 1].map((value) => u32(value * 65536)),
    [...u16(2), ...u16(2)],
    ...new Array(4).fill(identity),
    ...grid.map((ink) => labWords(labOf(colorOf(ink)))),
    ...new Array(3).fill(identity),
  );
  const white = concat(
    latin1("XYZ "),
    u32(0),
    ...D50.map((value) => u32(Math.round(value * 65536))),
  );
  const tags: [string, Uint8Array][] = [
    ["desc", description("Two-point test press")],
    ["cprt", concat(latin1("text"), u32(0), latin1("CC0\0"))],
    ["wtpt", white],
    ["A2B0", lut],
    ["A2B1", lut],
  ];
  const padded = tags.map(([, data]) => concat(data, new Array((4 - data.length % 4) % 4).fill(0)));
  let offset = 128 + 4 + tags.length * 12;
  const table = tags.map(([name, data], i) => {
    const row = concat(latin1(name), u32(offset), u32(data.length));
    offset += padded[i].length;
    return row;
  });
  return concat(header(offset), u32(tags.length), ...table, ...padded);
}

function header(size: number): Uint8Array {
  const bytes = concat(
    u32(size),
    u32(0),
    u32(0x02400000),
    latin1("prtrCMYKLab "),
    ...[2024, 1, 1, 0, 0, 0].map(u16),
    latin1("acsp"),
    new Array(28).fill(0),
    ...D50.map((value) => u32(Math.round(value * 65536))),
  );
  return concat(bytes, new Array(128 - bytes.length).fill(0));
}

/** A version 2 textDescription in ASCII, with empty Unicode and Macintosh parts. */
function description(text: string): Uint8Array {
  const empty = new Array(4 + 4 + 2 + 1 + 67).fill(0);
  return concat(latin1("desc"), u32(0), u32(text.length + 1), latin1(`${text}\0`), empty);
}

/** Encodes Lab in 16 bits as version 2 does: an L of 100 is 0xff00, an a or b of 0 is 0x8000. */
function labWords([l, a, b]: number[]): number[] {
  const word = (value: number) => u16(Math.max(0, Math.min(0xffff, Math.round(value))));
  return [...word((l * 0xff00) / 100), ...word((a + 128) * 256), ...word((b + 128) * 256)];
}

function labOf(color: Srgb): number[] {
  const linear = color.map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const [x, y, z] = TO_XYZ.map((row, i) =>
    cubeRoot(row.reduce((sum, weight, c) => sum + weight * linear[c], 0) / D50[i])
  );
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function cubeRoot(t: number): number {
  return t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 * t + 16) / 116;
}
