/** The primaries of an RGB colour space, as XYZ adapted to D50. */
export interface Primaries {
  red: Xyz;
  green: Xyz;
  blue: Xyz;
}

type Xyz = readonly [x: number, y: number, z: number];

/** The primaries of sRGB (IEC 61966-2-1). */
const SRGB: Primaries = {
  red: [0.4360747, 0.2225045, 0.0139322],
  green: [0.3850649, 0.7168786, 0.0971045],
  blue: [0.1430804, 0.0606169, 0.7141733],
};

/** The white that ICC profiles refer to. */
const D50: Xyz = [0.9642, 1, 0.8249];

/** The ICC profile of sRGB: what photos of other colour spaces are converted to. */
export function srgbProfile(): Uint8Array {
  return rgbProfile("sRGB", SRGB);
}

/**
 * Makes the ICC profile of an RGB colour space with the transfer curve of sRGB, as Display P3 has it too.
 *
 * ICC.1:2010 (v4.3), matrix/TRC display profile, its curve parametric of type 3.
 *
 * @param description The profile's name, ASCII.
 * @param primaries The colour space.
 * @returns The profile's bytes.
 */
export function rgbProfile(description: string, primaries: Primaries): Uint8Array {
  const curve = tagged("para", [...u16(3), ...u16(0)], [
    2.4,
    1 / 1.055,
    0.055 / 1.055,
    1 / 12.92,
    0.04045,
  ]);
  const tags: [name: string, data: number[]][] = [
    ["desc", text(description)],
    ["cprt", text("CC0")],
    ["wtpt", tagged("XYZ ", [], D50)],
    ["rXYZ", tagged("XYZ ", [], primaries.red)],
    ["gXYZ", tagged("XYZ ", [], primaries.green)],
    ["bXYZ", tagged("XYZ ", [], primaries.blue)],
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ];
  let offset = 128 + 4 + tags.length * 12;
  const table = u32(tags.length);
  const body: number[] = [];
  for (const [name, data] of tags) {
    table.push(...ascii(name), ...u32(offset), ...u32(data.length));
    body.push(...data);
    offset += data.length;
  }
  return Uint8Array.from([...header(offset), ...table, ...body]);
}

/** Clause 7.2: size, version 4.3, display device, RGB to XYZ, date, "acsp", perceptual intent, D50. */
function header(size: number): number[] {
  const bytes = [
    ...u32(size),
    ...u32(0),
    ...u32(0x04300000),
    ...ascii("mntrRGB XYZ "),
    ...[2024, 1, 1, 0, 0, 0].flatMap(u16),
    ...ascii("acsp"),
    ...new Array(28).fill(0),
    ...D50.flatMap(s15Fixed16),
  ];
  return [...bytes, ...new Array(128 - bytes.length).fill(0)];
}

function tagged(signature: string, head: number[], values: readonly number[]): number[] {
  return [...ascii(signature), ...u32(0), ...head, ...values.flatMap(s15Fixed16)];
}

/** A multiLocalizedUnicode with one entry, padded to four bytes. */
function text(value: string): number[] {
  const units = [...value].flatMap((char) => u16(char.charCodeAt(0)));
  const head = [...u32(1), ...u32(12), ...ascii("enUS"), ...u32(units.length), ...u32(28)];
  const padding = new Array((4 - (units.length % 4)) % 4).fill(0);
  return [...tagged("mluc", head, []), ...units, ...padding];
}

function ascii(value: string): number[] {
  return [...value].map((char) => char.charCodeAt(0));
}

function u16(value: number): number[] {
  return [(value >> 8) & 255, value & 255];
}

function u32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function s15Fixed16(value: number): number[] {
  return u32(Math.round(value * 65536));
}
