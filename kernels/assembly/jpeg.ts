// A JPEG of three components, baseline, 4:2:0: the bits that libjpeg writes with its fast transform (IFAST) and the standard
// codes (`shared/image/encode/jpeg/`). The rows of a picture pass once, in rows of units: 16 x 16 pixels each.

/** Pixels on each side of a unit and of a block. */
const UNIT: i32 = 16;
const BLOCK: i32 = 8;

/** Constants of the transform, with 8 fractional bits (jfdctfst.c). */
const F_0_382: i16 = 98;
const F_0_541: i16 = 139;
const F_0_707: i16 = 181;
const F_1_306: i16 = 334;

/** Symbols of the codes: 16 zeros, and the end of a block. */
const SIXTEEN_ZEROS: usize = 0xf0;
const END: usize = 0;

/** The picture's width in pixels, and in units; the bytes of a row of luminance. */
let width: i32 = 0;
let units: i32 = 0;
let stride: usize = 0;

/** The planes of a row of units: luminance and both colours in full, then the colours in half the size. */
let planes: usize = 0;
let halfStride: usize = 0;
let blue: usize = 0;
let red: usize = 0;

/** For luminance, then for colour: 64 reciprocals, 64 halves of divisors, 16 and 256 codes. */
let reciprocals: usize = 0;
let halves: usize = 0;
let dcCodes: usize = 0;
let acCodes: usize = 0;

/** The transformed block, and for each of its 8 rows the zigzag masks of all patterns of non-zero values. */
let block: usize = 0;
let masks: usize = 0;

/** The last DC values. */
let dcLuminance: i32 = 0;
let dcBlue: i32 = 0;
let dcRed: i32 = 0;

/** Where the next byte is written, and the bits before it, the newest one lowest. */
let next: usize = 0;
let bits: u64 = 0;
let bitCount: u64 = 0;

/** Whether a pixel is not grey. */
let coloured: i32 = 0;

/**
 * Begins a picture.
 *
 * @param pictureWidth Its width, in pixels.
 * @param tables 2 x 64 32-bit floats, the reciprocals of the divisors, row-major; 2 x 64 signed 16-bit halves of these; 2 x 16 and 2 x 256 32-bit codes of the symbols, the code above its length's 8 bits; 64 bytes, the zigzag places of
 * the values. Luminance precedes colour.
 * @param room Room for the masks and the planes: 16,512 + 896 bytes a unit.
 */
export function beginJpeg(pictureWidth: i32, tables: usize, room: usize): void {
  width = pictureWidth;
  units = (width + UNIT - 1) / UNIT;
  stride = <usize> (units * UNIT);
  halfStride = stride >> 1;
  reciprocals = tables;
  halves = reciprocals + 2 * 64 * 4;
  dcCodes = halves + 2 * 64 * 2;
  acCodes = dcCodes + 2 * 16 * 4;
  makeMasks(acCodes + 2 * 256 * 4, room);
  block = room + 8 * 256 * 8;
  planes = block + 128;
  blue = planes + 3 * UNIT * stride;
  red = blue + BLOCK * halfStride;
  dcLuminance = dcBlue = dcRed = 0;
  bits = bitCount = 0;
  coloured = 0;
}

/** Makes a table of the zigzag places of the values that are not 0, for each row of a block and each pattern of such values. */
function makeMasks(places: usize, room: usize): void {
  masks = room;
  for (let row: usize = 0; row < 8; row++) {
    for (let pattern: usize = 0; pattern < 256; pattern++) {
      let mask: u64 = 0;
      for (let column: usize = 0; column < 8; column++) {
        if ((pattern >> column) & 1) mask |= (<u64> 1) << load<u8>(places + row * 8 + column);
      }
      store<u64>(masks + ((row * 256 + pattern) << 3), mask);
    }
  }
}

/**
 * Encodes a row of units.
 *
 * @param from Rows of pixels, RGB of 8 bits, readable up to 4 bytes behind them.
 * @param rows Number of rows, 1 to 16; fewer than 16 are the last ones of the picture.
 * @param natural The 64 places of the values in zigzag order, bytes.
 * @param to Receives the bytes: up to 2,560 for each unit.
 * @returns Their number.
 */
export function encodeUnits(from: usize, rows: i32, natural: usize, to: usize): i32 {
  next = to;
  fillPlanes(from, rows);
  const blockRows = rows > BLOCK ? 2 : 1;
  const blockColumns = (width + BLOCK - 1) / BLOCK;
  for (let unit = 0; unit < units; unit++) {
    for (let y = 0; y < 2; y++) {
      for (let x = 0; x < 2; x++) {
        // A block outside the picture has the DC of the one before it.
        if (y < blockRows && unit * 2 + x < blockColumns) {
          const at = planes + <usize> (y * BLOCK) * stride + <usize> (unit * UNIT + x * BLOCK);
          dcLuminance = encodeBlock(at, stride, 0, dcLuminance, natural);
        } else {
          writeCode(dcCodes, 0);
          writeCode(acCodes, END);
        }
      }
    }
    const at = <usize> (unit * BLOCK);
    dcBlue = encodeBlock(blue + at, halfStride, 1, dcBlue, natural);
    dcRed = encodeBlock(red + at, halfStride, 1, dcRed, natural);
  }
  return <i32> (next - to);
}

/**
 * Ends a picture: fills up the last byte with ones.
 *
 * @param to Receives up to 16 bytes.
 * @returns Their number; -1 if all pixels are grey.
 */
export function endJpeg(to: usize): i32 {
  if (!coloured) return -1;
  next = to;
  const missing = (8 - bitCount) & 7;
  if (missing > 0) writeBits((<u64> 1 << missing) - 1, missing);
  while (bitCount > 0) writeByte();
  return <i32> (next - to);
}

/** Converts rows to planes, and repeats the last ones below the picture. */
function fillPlanes(from: usize, rows: i32): void {
  const size = UNIT * stride;
  for (let y = 0; y < rows; y++) {
    const at = planes + <usize> y * stride;
    convertRow(from + <usize> (y * width * 3), at, at + size, at + 2 * size);
  }
  for (let y = rows; y < UNIT; y++) {
    const at = planes + <usize> y * stride;
    for (let plane: usize = 0; plane < 3; plane++) {
      memory.copy(at + plane * size, at + plane * size - stride, stride);
    }
  }
  for (let y = 0; y < BLOCK; y++) {
    const to = <usize> y * halfStride;
    const source = planes + size + <usize> (2 * y) * stride;
    if (2 * y < rows) {
      halveRows(source, blue + to);
      halveRows(source + size, red + to);
    } else {
      memory.copy(blue + to, blue + to - halfStride, halfStride);
      memory.copy(red + to, red + to - halfStride, halfStride);
    }
  }
}

/** Converts a row to luminance and colour, and repeats its last pixel up to a whole unit. */
function convertRow(from: usize, luminance: usize, toBlue: usize, toRed: usize): void {
  const zero = i32x4.splat(0);
  const half = i32x4.splat(32_768);
  const centre = i32x4.splat((128 << 16) + 32_767);
  // Weights with 16 fractional bits, in pairs; green's is split, as a weight has 15 bits.
  const redGreen = pair(19_595, 19_235);
  const greenBlue = pair(19_235, 7_471);
  const blueHalf = pair(-11_059, 16_384);
  const blueRest = pair(-21_709, 16_384);
  const redHalf = pair(16_384, -27_439);
  const redRest = pair(16_384, -5_329);
  let differs = i32x4.splat(0);
  const pixels = <usize> width;
  for (let x: usize = 0; x < pixels; x += 4) {
    const four = v128.load(from + x * 3);
    const rg = i8x16.shuffle(four, zero, 0, 16, 1, 16, 3, 16, 4, 16, 6, 16, 7, 16, 9, 16, 10, 16);
    const gb = i8x16.shuffle(four, zero, 1, 16, 2, 16, 4, 16, 5, 16, 7, 16, 8, 16, 10, 16, 11, 16);
    const rb = i8x16.shuffle(four, zero, 0, 16, 2, 16, 3, 16, 5, 16, 6, 16, 8, 16, 9, 16, 11, 16);
    differs = v128.or(differs, notGrey(rg, gb, pixels - x));
    const y = i32x4.add(i32x4.dot_i16x8_s(rg, redGreen), i32x4.dot_i16x8_s(gb, greenBlue));
    const b = i32x4.add(i32x4.dot_i16x8_s(rb, blueHalf), i32x4.dot_i16x8_s(gb, blueRest));
    const r = i32x4.add(i32x4.dot_i16x8_s(rg, redHalf), i32x4.dot_i16x8_s(rb, redRest));
    storeFour(luminance + x, i32x4.shr_s(i32x4.add(y, half), 16));
    storeFour(toBlue + x, i32x4.shr_s(i32x4.add(b, centre), 16));
    storeFour(toRed + x, i32x4.shr_s(i32x4.add(r, centre), 16));
  }
  if (v128.any_true(differs)) coloured = 1;
  const rest = stride - pixels;
  if (rest == 0) return;
  memory.fill(luminance + pixels, load<u8>(luminance + pixels - 1), rest);
  memory.fill(toBlue + pixels, load<u8>(toBlue + pixels - 1), rest);
  memory.fill(toRed + pixels, load<u8>(toRed + pixels - 1), rest);
}

function pair(first: i32, second: i32): v128 {
  return i32x4.splat((second << 16) | (first & 0xffff));
}

/** Returns a vector that is not 0 if one of the first pixels is not grey. */
function notGrey(rg: v128, gb: v128, pixels: usize): v128 {
  const differs = v128.xor(rg, gb);
  if (pixels >= 4) return differs;
  const first = pixels == 1
    ? i32x4(-1, 0, 0, 0)
    : pixels == 2
    ? i32x4(-1, -1, 0, 0)
    : i32x4(-1, -1, -1, 0);
  return v128.and(differs, first);
}

function storeFour(at: usize, values: v128): void {
  const words = i16x8.narrow_i32x4_s(values, values);
  v128.store_lane<u32>(at, i8x16.narrow_i16x8_u(words, words), 0);
}

/** Averages blocks of 2 x 2 values; the sums are rounded down and up in turn, as libjpeg does. */
function halveRows(from: usize, to: usize): void {
  const bias = i16x8(1, 2, 1, 2, 1, 2, 1, 2);
  for (let x: usize = 0; x < halfStride; x += 8) {
    const upper = i16x8.extadd_pairwise_i8x16_u(v128.load(from + 2 * x));
    const lower = i16x8.extadd_pairwise_i8x16_u(v128.load(from + stride + 2 * x));
    const mean = i16x8.shr_u(i16x8.add(i16x8.add(upper, lower), bias), 2);
    v128.store_lane<u64>(to + x, i8x16.narrow_i16x8_u(mean, mean), 0);
  }
}

/** Encodes a block. @returns Its DC value. */
function encodeBlock(from: usize, step: usize, kind: usize, lastDc: i32, natural: usize): i32 {
  let mask = transform(from, step, kind);
  const dc = <i32> load<i16>(block);
  writeDc(dc - lastDc, dcCodes + kind * 64);
  const codes = acCodes + kind * 1024;
  mask &= ~1;
  let last: u64 = 0;
  while (mask != 0) {
    const place = ctz(mask);
    mask &= mask - 1;
    let zeros = place - last - 1;
    for (; zeros > 15; zeros -= 16) writeCode(codes, SIXTEEN_ZEROS);
    writeValue(
      <i32> load<i16>(block + (<usize> load<u8>(natural + <usize> place) << 1)),
      <usize> zeros,
      codes,
    );
    last = place;
  }
  if (last < 63) writeCode(codes, END);
  return dc;
}

function writeDc(difference: i32, codes: usize): void {
  const length = <usize> (32 - clz(abs(difference)));
  writeCodeAndValue(load<u32>(codes + (length << 2)), difference, <u64> length);
}

function writeValue(value: i32, zeros: usize, codes: usize): void {
  const length = <usize> (32 - clz(abs(value)));
  writeCodeAndValue(load<u32>(codes + (((zeros << 4) | length) << 2)), value, <u64> length);
}

/** Writes a code, and a value whose sign its highest bit tells. */
function writeCodeAndValue(code: u32, value: i32, length: u64): void {
  const rest = <u64> (value - <i32> (value < 0)) & ((<u64> 1 << length) - 1);
  writeBits((<u64> (code >> 8) << length) | rest, <u64> (code & 255) + length);
}

function writeCode(codes: usize, symbol: usize): void {
  const code = load<u32>(codes + (symbol << 2));
  writeBits(<u64> (code >> 8), <u64> (code & 255));
}

function writeBits(some: u64, count: u64): void {
  bits = (bits << count) | some;
  bitCount += count;
  if (bitCount < 32) return;
  const word = <u32> (bits >> (bitCount - 32));
  if ((word & 0x8080_8080 & ~(word + 0x0101_0101)) == 0) {
    store<u32>(next, bswap(word));
    next += 4;
    bitCount -= 32;
  } else {
    for (let i = 0; i < 4; i++) writeByte();
  }
}

/** Writes the first 8 bits; a byte of ones is followed by a zero. */
function writeByte(): void {
  bitCount -= 8;
  const byte = <u8> (bits >> bitCount);
  store<u8>(next++, byte);
  if (byte == 255) store<u8>(next++, 0);
}

/**
 * Transforms and quantises a block.
 *
 * @returns The zigzag places of the values that are not 0, as bits.
 */
function transform(from: usize, step: usize, kind: usize): u64 {
  const centre = i16x8.splat(128);
  for (let y: usize = 0; y < 8; y++) {
    v128.store(block + (y << 4), i16x8.sub(v128.load_ext<u8>(from + y * step), centre));
  }
  transpose();
  transformColumns();
  transpose();
  transformColumns();
  let mask: u64 = 0;
  for (let y: usize = 0; y < 8; y++) {
    const pattern = quantise(block + (y << 4), (kind << 6) + (y << 3));
    mask |= load<u64>(masks + ((y * 256 + pattern) << 3));
  }
  return mask;
}

/** Quantises a row of a block. @returns Which of its values are not 0, as bits. */
function quantise(at: usize, index: usize): usize {
  const values = v128.load(at);
  const signs = i16x8.shr_s(values, 15);
  const sums = i16x8.add(i16x8.abs(values), v128.load(halves + (index << 1)));
  const scale = reciprocals + (index << 2);
  const low = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(sums)), v128.load(scale));
  const high = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(sums)),
    v128.load(scale, 16),
  );
  const whole = i16x8.narrow_i32x4_s(
    i32x4.trunc_sat_f32x4_s(low),
    i32x4.trunc_sat_f32x4_s(high),
  );
  v128.store(at, i16x8.sub(v128.xor(whole, signs), signs));
  return <usize> (~i16x8.bitmask(i16x8.eq(whole, i16x8.splat(0))) & 255);
}

/** Transposes the block. */
function transpose(): void {
  const r0 = v128.load(block);
  const r1 = v128.load(block, 16);
  const r2 = v128.load(block, 32);
  const r3 = v128.load(block, 48);
  const r4 = v128.load(block, 64);
  const r5 = v128.load(block, 80);
  const r6 = v128.load(block, 96);
  const r7 = v128.load(block, 112);
  const a0 = low16(r0, r1);
  const a1 = high16(r0, r1);
  const a2 = low16(r2, r3);
  const a3 = high16(r2, r3);
  const a4 = low16(r4, r5);
  const a5 = high16(r4, r5);
  const a6 = low16(r6, r7);
  const a7 = high16(r6, r7);
  storePair(0, low32(a0, a2), low32(a4, a6));
  storePair(32, high32(a0, a2), high32(a4, a6));
  storePair(64, low32(a1, a3), low32(a5, a7));
  storePair(96, high32(a1, a3), high32(a5, a7));
}

function low16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

function high16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

function low32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 0, 4, 1, 5);
}

function high32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 2, 6, 3, 7);
}

function storePair(at: usize, a: v128, b: v128): void {
  v128.store(block + at, v128.shuffle<u64>(a, b, 0, 2));
  v128.store(block + at, v128.shuffle<u64>(a, b, 1, 3), 16);
}

/** Transforms the columns of the block, by the method of Arai, Agui and Nakajima: the quantisation has its scale factors. */
function transformColumns(): void {
  const d0 = v128.load(block);
  const d1 = v128.load(block, 16);
  const d2 = v128.load(block, 32);
  const d3 = v128.load(block, 48);
  const d4 = v128.load(block, 64);
  const d5 = v128.load(block, 80);
  const d6 = v128.load(block, 96);
  const d7 = v128.load(block, 112);
  const t0 = i16x8.add(d0, d7);
  const t1 = i16x8.add(d1, d6);
  const t2 = i16x8.add(d2, d5);
  const t3 = i16x8.add(d3, d4);
  const t4 = i16x8.sub(d3, d4);
  const t5 = i16x8.sub(d2, d5);
  const t6 = i16x8.sub(d1, d6);
  const t7 = i16x8.sub(d0, d7);

  const even10 = i16x8.add(t0, t3);
  const even11 = i16x8.add(t1, t2);
  const even13 = i16x8.sub(t0, t3);
  const z1 = times(i16x8.add(i16x8.sub(t1, t2), even13), F_0_707);
  v128.store(block, i16x8.add(even10, even11));
  v128.store(block, i16x8.sub(even10, even11), 64);
  v128.store(block, i16x8.add(even13, z1), 32);
  v128.store(block, i16x8.sub(even13, z1), 96);

  const odd10 = i16x8.add(t4, t5);
  const odd12 = i16x8.add(t6, t7);
  const z5 = times(i16x8.sub(odd10, odd12), F_0_382);
  const z2 = i16x8.add(times(odd10, F_0_541), z5);
  const z4 = i16x8.add(times(odd12, F_1_306), z5);
  const z3 = times(i16x8.add(t5, t6), F_0_707);
  const z11 = i16x8.add(t7, z3);
  const z13 = i16x8.sub(t7, z3);
  v128.store(block, i16x8.add(z13, z2), 80);
  v128.store(block, i16x8.sub(z13, z2), 48);
  v128.store(block, i16x8.add(z11, z4), 16);
  v128.store(block, i16x8.sub(z11, z4), 112);
}

/** Multiplies by a constant with 8 fractional bits, and rounds down. */
function times(values: v128, factor: i16): v128 {
  const factors = i16x8.splat(factor);
  const low = i32x4.shr_s(i32x4.extmul_low_i16x8_s(values, factors), 8);
  const high = i32x4.shr_s(i32x4.extmul_high_i16x8_s(values, factors), 8);
  return i16x8.narrow_i32x4_s(low, high);
}
