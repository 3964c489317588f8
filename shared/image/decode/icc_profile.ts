/** The primaries of an RGB colour space, as XYZ adapted to D50. */
export interface Primaries {
  red: Xyz;
  green: Xyz;
  blue: Xyz;
}

type Xyz = readonly [x: number, y: number, z: number];

/** The primaries of sRGB (IEC 61966-2-1). */
export const SRGB: Primaries = {
  red: [0.4360747, 0.2225045, 0.0139322],
  green: [0.3850649, 0.7168786, 0.0971045],
  blue: [0.1430804, 0.0606169, 0.7141733],
};

/** The reference white of ICC profiles. */
const D50: Xyz = [0.9642, 1, 0.8249];

/** Returns the ICC profile of sRGB, the target of all colour conversions. */
export function srgbProfile(): Uint8Array {
  return rgbProfile("sRGB", SRGB);
}

/**
 * Checks whether a profile is sRGB's, by its numbers. Profile names vary, and some are wrong.
 *
 * Cameras and phones embed sRGB itself in most photos; a conversion from sRGB to sRGB would cost as much as a decode.
 *
 * @param profile The profile's bytes, of any origin.
 * @returns True if its primaries are sRGB's and its curve is close to sRGB's (a plain gamma of 2.2 is).
 */
export function isSrgbProfile(profile: Uint8Array): boolean {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.length);
  try {
    const tags = readTags(view);
    const near = (name: string, expected: Xyz) =>
      expected.every((value, i) =>
        Math.abs(fixed(view, tags.get(name)! + 8 + 4 * i) - value) < 0.003
      );
    return near("rXYZ", SRGB.red) && near("gXYZ", SRGB.green) && near("bXYZ", SRGB.blue) &&
      Math.abs(middleOfCurve(view, tags.get("gTRC")!) - SRGB_MIDDLE) < 0.01;
  } catch {
    return false; // a tag is missing or lies outside the profile, so it is not sRGB's
  }
}

/** The value of sRGB's curve at 0.5. */
const SRGB_MIDDLE = ((0.5 + 0.055) / 1.055) ** 2.4;

/** Reads the offset of each tag's data, by tag name. */
function readTags(view: DataView): Map<string, number> {
  const tags = new Map<string, number>();
  const count = Math.min(view.getUint32(128), 100);
  for (let i = 0; i < count; i++) {
    const at = 132 + 12 * i;
    const name = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(at + byte)));
    tags.set(name, view.getUint32(at + 4));
  }
  return tags;
}

/** Evaluates a curve at 0.5: `para` of type 0 or 3, or `curv` as a gamma or a table. */
function middleOfCurve(view: DataView, at: number): number {
  if (view.getUint32(at) === 0x70617261) {
    const gamma = fixed(view, at + 12);
    if (view.getUint16(at + 8) === 0) return 0.5 ** gamma;
    return (fixed(view, at + 16) * 0.5 + fixed(view, at + 20)) ** gamma;
  }
  const count = view.getUint32(at + 8);
  if (count === 0) return 0.5;
  if (count === 1) return 0.5 ** (view.getUint16(at + 12) / 256);
  return view.getUint16(at + 12 + 2 * Math.round((count - 1) / 2)) / 65535;
}

function fixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65536;
}

/** sRGB's transfer curve, which Display P3 shares, as a parametric curve of type 3. */
const SRGB_CURVE = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];

/**
 * Builds the ICC profile of an RGB colour space: ICC.1:2010 (v4.3), a matrix/TRC display profile.
 *
 * @param description The profile's name, ASCII.
 * @param primaries The colour space's primaries.
 * @param light The transfer curve: linear light from 0 to 1 for samples at equal distances. @default sRGB's curve
 * @returns The profile's bytes.
 */
export function rgbProfile(
  description: string,
  primaries: Primaries,
  light?: readonly number[],
): Uint8Array {
  const curve = light
    ? tagged("curv", [
      ...u32(light.length),
      ...light.flatMap((one) => u16(Math.round(one * 65_535))),
    ], [])
    : tagged("para", [...u16(3), ...u16(0)], SRGB_CURVE);
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

/** Builds the header (clause 7.2): size, version 4.3, display device, RGB to XYZ, date, "acsp", perceptual intent, D50. */
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

/** Builds a multiLocalizedUnicode with one entry, padded to four bytes. */
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
