// From a JPEG's coefficients to samples: the inverse transform of whole blocks, and those that give 1, 2, 3, 4 and 6 samples on each
// side of a block, as libjpeg computes them (ISLOW, jidctint.c and jidctred.c).

/** Factors, with 13 fractional bits. */
const F_0_211: i32 = 1730;
const F_0_298: i32 = 2446;
const F_0_390: i32 = 3196;
const F_0_366: i32 = 2998;
const F_0_509: i32 = 4176;
const F_0_541: i32 = 4433;
const F_0_601: i32 = 4926;
const F_0_707: i32 = 5793;
const F_0_720: i32 = 5906;
const F_0_765: i32 = 6270;
const F_0_850: i32 = 6967;
const F_0_899: i32 = 7373;
const F_1_061: i32 = 8697;
const F_1_175: i32 = 9633;
const F_1_224: i32 = 10033;
const F_1_272: i32 = 10426;
const F_1_451: i32 = 11893;
const F_1_501: i32 = 12299;
const F_1_847: i32 = 15137;
const F_1_961: i32 = 16069;
const F_2_053: i32 = 16819;
const F_2_172: i32 = 17799;
const F_2_562: i32 = 20995;
const F_3_072: i32 = 25172;
const F_3_624: i32 = 29692;

/** Fractional bits of the factors, of the coefficients between both passes, and of the result. */
const FACTOR_BITS: i32 = 13;
const PASS_BITS: i32 = 2;
const RESULT_BITS: i32 = 3;

/** Bytes of a block's row. */
const ROW: usize = 32;

/** The block between both passes, in memory that the caller reserves: 256 bytes. */
let workspace: usize = 0;

export function useWorkspace(at: usize): void {
  workspace = at;
}

/** Transforms a block of a DC coefficient alone: all samples are equal. */
export function fillBlock(value: i32, size: i32, to: usize, stride: usize): void {
  const sample = clampedSample(
    ((value << PASS_BITS) + (1 << (PASS_BITS + RESULT_BITS - 1))) >> (PASS_BITS + RESULT_BITS),
  );
  if (size == 8) {
    const eight = i8x16.splat(<i8> sample);
    for (let y: usize = 0; y < 8; y++) v128.store_lane<u64>(to + y * stride, eight, 0);
  } else if (size == 4) {
    const four = sample * 0x0101_0101;
    for (let y: usize = 0; y < 4; y++) store<u32>(to + y * stride, four);
  } else {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) store<u8>(to + <usize> y * stride + <usize> x, sample);
    }
  }
}

/** Transforms a block. @param block 64 32-bit coefficients, row-major; they change. @param to Receives 8 rows of 8 samples. */
export function inverse8(block: usize, to: usize, stride: usize): void {
  for (let x: usize = 0; x < ROW; x += 16) {
    columns8(block + x, workspace + x, FACTOR_BITS - PASS_BITS);
  }
  transpose8(workspace, block);
  for (let x: usize = 0; x < ROW; x += 16) {
    columns8(block + x, workspace + x, FACTOR_BITS + PASS_BITS + RESULT_BITS);
  }
  // The rows are columns now.
  transpose8(workspace, block);
  for (let y: usize = 0; y < 8; y++) {
    const row = block + y * ROW;
    v128.store_lane<u64>(to + y * stride, samples(v128.load(row), v128.load(row, 16)), 0);
  }
}

/** Transforms four columns. */
function columns8(from: usize, to: usize, bits: i32): void {
  const even2 = v128.load(from, 2 * ROW);
  const even6 = v128.load(from, 6 * ROW);
  const shared = times(i32x4.add(even2, even6), F_0_541);
  const e2 = i32x4.sub(shared, times(even6, F_1_847));
  const e3 = i32x4.add(shared, times(even2, F_0_765));
  const even0 = v128.load(from);
  const even4 = v128.load(from, 4 * ROW);
  const e0 = i32x4.shl(i32x4.add(even0, even4), FACTOR_BITS);
  const e1 = i32x4.shl(i32x4.sub(even0, even4), FACTOR_BITS);
  const s0 = i32x4.add(e0, e3);
  const s3 = i32x4.sub(e0, e3);
  const s1 = i32x4.add(e1, e2);
  const s2 = i32x4.sub(e1, e2);

  const odd7 = v128.load(from, 7 * ROW);
  const odd5 = v128.load(from, 5 * ROW);
  const odd3 = v128.load(from, 3 * ROW);
  const odd1 = v128.load(from, ROW);
  const sum73 = i32x4.add(odd7, odd3);
  const sum51 = i32x4.add(odd5, odd1);
  const z5 = times(i32x4.add(sum73, sum51), F_1_175);
  const z1 = times(i32x4.add(odd7, odd1), -F_0_899);
  const z2 = times(i32x4.add(odd5, odd3), -F_2_562);
  const z3 = i32x4.add(times(sum73, -F_1_961), z5);
  const z4 = i32x4.add(times(sum51, -F_0_390), z5);
  const t0 = i32x4.add(times(odd7, F_0_298), i32x4.add(z1, z3));
  const t1 = i32x4.add(times(odd5, F_2_053), i32x4.add(z2, z4));
  const t2 = i32x4.add(times(odd3, F_3_072), i32x4.add(z2, z3));
  const t3 = i32x4.add(times(odd1, F_1_501), i32x4.add(z1, z4));

  v128.store(to, rounded(i32x4.add(s0, t3), bits));
  v128.store(to, rounded(i32x4.sub(s0, t3), bits), 7 * ROW);
  v128.store(to, rounded(i32x4.add(s1, t2), bits), ROW);
  v128.store(to, rounded(i32x4.sub(s1, t2), bits), 6 * ROW);
  v128.store(to, rounded(i32x4.add(s2, t1), bits), 2 * ROW);
  v128.store(to, rounded(i32x4.sub(s2, t1), bits), 5 * ROW);
  v128.store(to, rounded(i32x4.add(s3, t0), bits), 3 * ROW);
  v128.store(to, rounded(i32x4.sub(s3, t0), bits), 4 * ROW);
}

/** Transforms a block to three quarters of its size. @param to Receives 6 rows of 6 samples. */
export function inverse6(block: usize, to: usize, stride: usize): void {
  for (let x: usize = 0; x < ROW; x += 16) {
    columns6(block + x, workspace + x, FACTOR_BITS - PASS_BITS);
  }
  transpose8(workspace, block);
  for (let x: usize = 0; x < ROW; x += 16) {
    columns6(block + x, workspace + x, FACTOR_BITS + PASS_BITS + RESULT_BITS);
  }
  transpose8(workspace, block);
  for (let y: usize = 0; y < 6; y++) {
    const row = block + y * ROW;
    const six = samples(v128.load(row), v128.load(row, 16));
    v128.store_lane<u32>(to + y * stride, six, 0);
    v128.store_lane<u16>(to + y * stride, six, 2, 4);
  }
}

/** Transforms four columns of eight values to six values. */
function columns6(from: usize, to: usize, bits: i32): void {
  const e0 = i32x4.add(i32x4.shl(v128.load(from), FACTOR_BITS), i32x4.splat(1 << (bits - 1)));
  const e4 = times(v128.load(from, 4 * ROW), F_0_707);
  const e2 = times(v128.load(from, 2 * ROW), F_1_224);
  const s0 = i32x4.add(i32x4.add(e0, e4), e2);
  const s1 = i32x4.sub(i32x4.sub(e0, e4), e4);
  const s2 = i32x4.sub(i32x4.add(e0, e4), e2);
  const odd1 = v128.load(from, ROW);
  const odd3 = v128.load(from, 3 * ROW);
  const odd5 = v128.load(from, 5 * ROW);
  const shared = times(i32x4.add(odd1, odd5), F_0_366);
  const t0 = i32x4.add(shared, i32x4.shl(i32x4.add(odd1, odd3), FACTOR_BITS));
  const t1 = i32x4.shl(i32x4.sub(i32x4.sub(odd1, odd3), odd5), FACTOR_BITS);
  const t2 = i32x4.add(shared, i32x4.shl(i32x4.sub(odd5, odd3), FACTOR_BITS));
  v128.store(to, i32x4.shr_s(i32x4.add(s0, t0), bits));
  v128.store(to, i32x4.shr_s(i32x4.sub(s0, t0), bits), 5 * ROW);
  v128.store(to, i32x4.shr_s(i32x4.add(s1, t1), bits), ROW);
  v128.store(to, i32x4.shr_s(i32x4.sub(s1, t1), bits), 4 * ROW);
  v128.store(to, i32x4.shr_s(i32x4.add(s2, t2), bits), 2 * ROW);
  v128.store(to, i32x4.shr_s(i32x4.sub(s2, t2), bits), 3 * ROW);
}

/** Transforms a block to half of its size. @param to Receives 4 rows of 4 samples. */
export function inverse4(block: usize, to: usize, stride: usize): void {
  const bits = FACTOR_BITS - PASS_BITS + 1;
  for (let x: usize = 0; x < ROW; x += 16) columns4(block + x, ROW, workspace + x, bits);
  // The rows become columns: 4 in each of 8 rows of 16 bytes.
  transpose4(workspace, block, 16);
  transpose4(workspace + 16, block + 64, 16);
  columns4(block, 16, workspace, FACTOR_BITS + PASS_BITS + RESULT_BITS + 1);
  transpose4(workspace, block, 16);
  const upper = samples(v128.load(block), v128.load(block, 16));
  const lower = samples(v128.load(block, 32), v128.load(block, 48));
  v128.store_lane<u32>(to, upper, 0);
  v128.store_lane<u32>(to + stride, upper, 1);
  v128.store_lane<u32>(to + 2 * stride, lower, 0);
  v128.store_lane<u32>(to + 3 * stride, lower, 1);
}

/** Transforms four columns of eight values to four values. @param step Bytes from row to row; the result's is {@linkcode ROW}. */
function columns4(from: usize, step: usize, to: usize, bits: i32): void {
  const e0 = i32x4.shl(v128.load(from), FACTOR_BITS + 1);
  const e2 = i32x4.sub(
    times(v128.load(from + 2 * step), F_1_847),
    times(v128.load(from + 6 * step), F_0_765),
  );
  const s0 = i32x4.add(e0, e2);
  const s2 = i32x4.sub(e0, e2);
  const odd7 = v128.load(from + 7 * step);
  const odd5 = v128.load(from + 5 * step);
  const odd3 = v128.load(from + 3 * step);
  const odd1 = v128.load(from + step);
  const t0 = i32x4.add(
    i32x4.add(times(odd7, -F_0_211), times(odd5, F_1_451)),
    i32x4.add(times(odd3, -F_2_172), times(odd1, F_1_061)),
  );
  const t2 = i32x4.add(
    i32x4.add(times(odd7, -F_0_509), times(odd5, -F_0_601)),
    i32x4.add(times(odd3, F_0_899), times(odd1, F_2_562)),
  );
  v128.store(to, rounded(i32x4.add(s0, t2), bits));
  v128.store(to, rounded(i32x4.sub(s0, t2), bits), 3 * ROW);
  v128.store(to, rounded(i32x4.add(s2, t0), bits), ROW);
  v128.store(to, rounded(i32x4.sub(s2, t0), bits), 2 * ROW);
}

/** Transforms a block to three eighths of its size. @param to Receives 3 rows of 3 samples. */
export function inverse3(block: usize, to: usize, stride: usize): void {
  columns3(block, ROW, workspace, FACTOR_BITS - PASS_BITS);
  transpose4(workspace, block, 16);
  columns3(block, 16, workspace, FACTOR_BITS + PASS_BITS + RESULT_BITS);
  transpose4(workspace, block, 16);
  for (let y: usize = 0; y < 3; y++) {
    const row = v128.load(block + (y << 4));
    const three = samples(row, row);
    v128.store_lane<u16>(to + y * stride, three, 0);
    v128.store_lane<u8>(to + y * stride, three, 2, 2);
  }
}

/** Transforms four columns of eight values to three values. @param step Bytes from row to row; the result's is {@linkcode ROW}. */
function columns3(from: usize, step: usize, to: usize, bits: i32): void {
  const e0 = i32x4.add(i32x4.shl(v128.load(from), FACTOR_BITS), i32x4.splat(1 << (bits - 1)));
  const e2 = times(v128.load(from + 2 * step), F_0_707);
  const odd = times(v128.load(from + step), F_1_224);
  const even = i32x4.add(e0, e2);
  v128.store(to, i32x4.shr_s(i32x4.add(even, odd), bits));
  v128.store(to, i32x4.shr_s(i32x4.sub(i32x4.sub(e0, e2), e2), bits), ROW);
  v128.store(to, i32x4.shr_s(i32x4.sub(even, odd), bits), 2 * ROW);
}

/** Transforms a block to a quarter of its size. @param to Receives 2 rows of 2 samples. */
export function inverse2(block: usize, to: usize, stride: usize): void {
  const bits = FACTOR_BITS - PASS_BITS + 2;
  const resultBits = FACTOR_BITS + PASS_BITS + RESULT_BITS + 2;
  for (let x: usize = 0; x < ROW; x += 16) {
    const even = i32x4.shl(v128.load(block + x), FACTOR_BITS + 2);
    const odd = i32x4.add(
      i32x4.add(
        times(v128.load(block + x, 7 * ROW), -F_0_720),
        times(v128.load(block + x, 5 * ROW), F_0_850),
      ),
      i32x4.add(
        times(v128.load(block + x, 3 * ROW), -F_1_272),
        times(v128.load(block + x, ROW), F_3_624),
      ),
    );
    v128.store(workspace + x, rounded(i32x4.add(even, odd), bits));
    v128.store(workspace + x, rounded(i32x4.sub(even, odd), bits), ROW);
  }
  for (let y: usize = 0; y < 2; y++) {
    const row = workspace + y * ROW;
    const even = load<i32>(row) << (FACTOR_BITS + 2);
    const odd = load<i32>(row, 28) * -F_0_720 + load<i32>(row, 20) * F_0_850 +
      load<i32>(row, 12) * -F_1_272 +
      load<i32>(row, 4) * F_3_624;
    const half = 1 << (resultBits - 1);
    store<u8>(to + y * stride, clampedSample((even + odd + half) >> resultBits));
    store<u8>(to + y * stride, clampedSample((even - odd + half) >> resultBits), 1);
  }
}

function times(values: v128, factor: i32): v128 {
  return i32x4.mul(values, i32x4.splat(factor));
}

/** Divides by a power of two. */
function rounded(values: v128, bits: i32): v128 {
  return i32x4.shr_s(i32x4.add(values, i32x4.splat(1 << (bits - 1))), bits);
}

/** Takes 10 bits of a value, adds 128, and clamps it to 0 to 255: libjpeg's look at its table of ranges. */
function clampedSample(value: i32): u32 {
  return <u32> max(0, min(255, ((value << 22) >> 22) + 128));
}

/** The same for eight values. @returns Bytes. */
function samples(first: v128, second: v128): v128 {
  const words = i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.shl(first, 22), 22),
    i32x4.shr_s(i32x4.shl(second, 22), 22),
  );
  const bytes = i16x8.add(words, i16x8.splat(128));
  return i8x16.narrow_i16x8_u(bytes, bytes);
}

/** Transposes a block. */
function transpose8(from: usize, to: usize): void {
  transpose4(from, to, ROW);
  transpose4(from + 16, to + 4 * ROW, ROW);
  transpose4(from + 4 * ROW, to + 16, ROW);
  transpose4(from + 4 * ROW + 16, to + 4 * ROW + 16, ROW);
}

/** Transposes four rows of four values, {@linkcode ROW} apart. @param step Bytes from row to row of the result. */
function transpose4(from: usize, to: usize, step: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from, ROW);
  const r2 = v128.load(from, 2 * ROW);
  const r3 = v128.load(from, 3 * ROW);
  const a0 = v128.shuffle<u32>(r0, r1, 0, 4, 1, 5);
  const a1 = v128.shuffle<u32>(r2, r3, 0, 4, 1, 5);
  const a2 = v128.shuffle<u32>(r0, r1, 2, 6, 3, 7);
  const a3 = v128.shuffle<u32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<u64>(a0, a1, 0, 2));
  v128.store(to + step, v128.shuffle<u64>(a0, a1, 1, 3));
  v128.store(to + 2 * step, v128.shuffle<u64>(a2, a3, 0, 2));
  v128.store(to + 3 * step, v128.shuffle<u64>(a2, a3, 1, 3));
}
