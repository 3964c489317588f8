import { SRGB, srgbProfile } from "../icc_profile.ts";

/** The tables of a conversion to sRGB, as `convertColors` in `kernels/assembly/colors.ts` takes them. */
export interface ColorTables {
  /** For each value of red, of green and of blue its light, with 14 fractional bits: 3 x 256 numbers. */
  light: Int32Array;
  /** For red, green and blue light the share of it in each channel of sRGB, with 14 fractional bits: 3 x 4 numbers. */
  matrix: Int32Array;
  /** For light from 0 to 1 in steps of 2^-14 the value in sRGB. */
  encoded: Uint8Array;
}

type Matrix = readonly (readonly number[])[];

/** A curve: linear light for a value from 0 to 1. */
type Curve = (value: number) => number;

/** A profile of three curves and a matrix. */
export interface MatrixProfile {
  /** The curves of red, green and blue. */
  curves: Curve[];
  /** From the light of the profile's primaries to that of sRGB's. */
  matrix: Matrix;
}

/** Offsets in a profile's header, and the values that describe a picture by three curves and a matrix. */
const SIZE_AT = 0;
const VERSION_AT = 8;
const SIGNATURE_AT = 36;
const VERSIONS = new Set([2, 4]);
const CLASS_AT = 12;
const SPACE_AT = 16;
const CONNECTION_AT = 20;
const CLASSES = new Set(["scnr", "mntr", "spac"]);

/** Tags of tables, which take precedence over the curves and the matrix. */
const TABLES = ["A2B0", "A2B1", "A2B2", "D2B0", "D2B1", "D2B2", "D2B3"];

/** Most tags of a profile, and most values of a curve. */
const MAX_TAGS = 100;
const MAX_CURVE_VALUES = 4_096;

/** Bound on a colour's share in another one, so that 32 bits hold the sums. Those of ProPhoto RGB are up to 2.03. */
const MAX_SHARE = 2.5;

/** Bound on a curve's light. */
const MAX_LIGHT = 1.2;

/** 1 in the tables. */
const ONE = 1 << 14;

/** Difference of a matrix from that of equal primaries below which LittleCMS converts by other tables. */
const NEARLY_EQUAL = 0.001;

/**
 * Reads a profile of three curves and a matrix, such as Display P3's and Adobe RGB's.
 *
 * @param profile The profile's bytes, of any content.
 * @returns `null` for a profile of another kind, or with sRGB's primaries.
 */
export function readMatrixProfile(profile: Uint8Array): MatrixProfile | null {
  try {
    const view = new DataView(profile.buffer, profile.byteOffset, profile.length);
    const size = view.getUint32(SIZE_AT);
    return size > profile.length
      ? null
      : readCurvesAndMatrix(new DataView(profile.buffer, profile.byteOffset, size));
  } catch (error) {
    if (error instanceof RangeError) return null; // an offset lies outside the profile
    throw error;
  }
}

function readCurvesAndMatrix(view: DataView): MatrixProfile | null {
  const isProfile = letters(view, SIGNATURE_AT) === "acsp" &&
    VERSIONS.has(view.getUint8(VERSION_AT));
  if (!isProfile || !CLASSES.has(letters(view, CLASS_AT)) || letters(view, SPACE_AT) !== "RGB ") {
    return null;
  }
  if (letters(view, CONNECTION_AT) !== "XYZ ") return null;
  const tags = readTags(view);
  if (tags === null || TABLES.some((name) => tags.has(name))) return null;
  const colorants = ["rXYZ", "gXYZ", "bXYZ"].map((name) => colorantOf(tags.get(name)));
  const curves = ["rTRC", "gTRC", "bTRC"].map((name) => curveOf(tags.get(name)));
  if (!colorants.every((one) => one !== null) || !curves.every((one) => one !== null)) return null;
  const target = [SRGB.red, SRGB.green, SRGB.blue].map((xyz) => xyz.map(asFixed));
  const inverse = inverted(transposed(target));
  const matrix = inverse && multiplied(inverse, transposed(colorants));
  const isUsable = matrix?.every((row) => row.every((share) => Math.abs(share) < MAX_SHARE));
  return !isUsable || isNearlyEqual(matrix!) ? null : { curves, matrix: matrix! };
}

/**
 * Makes the tables of the conversion to sRGB: the one that LittleCMS, which ImageMagick uses, makes of such a profile for 8 bits.
 *
 * @param profile The profile.
 */
export function colorTables({ curves, matrix }: MatrixProfile): ColorTables {
  return {
    light: Int32Array.from(
      curves.flatMap((curve) =>
        Array.from(
          { length: 256 },
          (_, value) => toBits(Math.fround(curve(Math.fround(value / 255)))),
        )
      ),
    ),
    matrix: Int32Array.from(transposed(matrix).flatMap((row) => [...row.map(toBits), 0])),
    encoded: encodedSrgb(),
  };
}

/** Finds the data of the tags. @throws {RangeError} If one lies outside the profile. */
function readTags(view: DataView): Map<string, DataView> | null {
  const count = view.getUint32(128);
  if (count > MAX_TAGS) return null;
  const tags = new Map<string, DataView>();
  for (let i = 0; i < count; i++) {
    const name = letters(view, 132 + 12 * i);
    if (tags.has(name)) return null;
    const [at, size] = [view.getUint32(136 + 12 * i), view.getUint32(140 + 12 * i)];
    if (at + size > view.byteLength) return null;
    tags.set(name, new DataView(view.buffer, view.byteOffset + at, size));
  }
  return tags;
}

function colorantOf(tag: DataView | undefined): number[] | null {
  if (!tag || letters(tag, 0) !== "XYZ ") return null;
  return [8, 12, 16].map((offset) => fixed(tag, offset));
}

/** Reads a curve: a power, the curve of sRGB's kind (ICC.1:2010, clause 10.15, type 3), or a table. */
function curveOf(tag: DataView | undefined): Curve | null {
  if (!tag) return null;
  const kind = letters(tag, 0);
  if (kind === "para") {
    const type = tag.getUint16(8);
    if (type === 0) return powerOf(fixed(tag, 12));
    return type === 3 ? srgbLike([0, 1, 2, 3, 4].map((i) => fixed(tag, 12 + 4 * i))) : null;
  }
  if (kind !== "curv") return null;
  const count = tag.getUint32(8);
  if (count === 0) return powerOf(1);
  if (count === 1) return powerOf(tag.getUint16(12) / 256);
  if (count > MAX_CURVE_VALUES) return null;
  const values = Array.from({ length: count }, (_, i) => tag.getUint16(12 + 2 * i));
  // LittleCMS compensates for a black that is not 0.
  if (values[0] !== 0) return null;
  return (value) => interpolated(values, Math.floor(value * 65_535 + 0.5)) / 65_535;
}

function powerOf(gamma: number): Curve | null {
  return gamma > 0 ? (value) => value ** gamma : null;
}

/** A power with a straight start, as sRGB's; `null` for one that no colour space has. */
function srgbLike([gamma, a, b, c, from]: number[]): Curve | null {
  const isUsual = gamma > 0 && a > 0 && b >= 0 && c >= 0 && from > 0 && from < 1;
  if (!isUsual || a + b > MAX_LIGHT || c * from > MAX_LIGHT) return null;
  return (value) => value >= from ? (a * value + b) ** gamma : c * value;
}

/** Interpolates 16-bit values in whole numbers, as LittleCMS does. @param at 0 to 65,535. */
function interpolated(values: number[], at: number): number {
  const last = values.length - 1;
  if (at === 65_535) return values[last];
  const product = last * at;
  const place = product + Math.floor((product + 0x7fff) / 0xffff);
  const [lower, rest] = [Math.floor(place / 65_536), place % 65_536];
  const [from, to] = [values[lower], values[lower + 1]];
  return from + Math.floor(((to - from) * rest + 0x8000) / 65_536);
}

let encodedValues: Uint8Array | undefined;

/** Makes the table of sRGB's values, once per process. */
function encodedSrgb(): Uint8Array {
  return encodedValues ??= makeEncoded();
}

function makeEncoded(): Uint8Array {
  const profile = srgbProfile();
  const view = new DataView(profile.buffer, profile.byteOffset, profile.length);
  const curve = readTags(view)!.get("rTRC")!;
  const [gamma, a, b, c, from] = [0, 1, 2, 3, 4].map((i) => fixed(curve, 12 + 4 * i));
  const start = (a * from + b) ** gamma;
  return Uint8Array.from({ length: ONE + 1 }, (_, i) => {
    const light = Math.fround(i / ONE);
    const value = light >= start ? (light ** (1 / gamma) - b) / a : light / c;
    const word = Math.floor(Math.max(0, Math.min(1, Math.fround(value))) * 65_535 + 0.5);
    return Math.floor((word * 65_281 + 8_388_608) / 16_777_216); // 16 bits to 8
  });
}

/** Rounds to 14 fractional bits. */
function toBits(value: number): number {
  return Math.floor(value * ONE + 0.5);
}

function isNearlyEqual(matrix: Matrix): boolean {
  return matrix.every((row, y) =>
    row.every((value, x) => Math.abs(value - (x === y ? 1 : 0)) < NEARLY_EQUAL)
  );
}

function transposed(matrix: Matrix): number[][] {
  return [0, 1, 2].map((x) => matrix.map((row) => row[x]));
}

function multiplied(a: Matrix, b: Matrix): number[][] {
  return a.map((row) =>
    [0, 1, 2].map((x) => row.reduce((sum, value, i) => sum + value * b[i][x], 0))
  );
}

function inverted([[a, b, c], [d, e, f], [g, h, i]]: Matrix): number[][] | null {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (determinant === 0) return null;
  return [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ].map((row) => row.map((value) => value / determinant));
}

function fixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65_536;
}

/** Rounds a number as a profile stores it. */
function asFixed(value: number): number {
  return Math.round(value * 65_536) / 65_536;
}

function letters(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}
