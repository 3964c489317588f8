// The alpha plane of a WebP: VP8L's gradient filter, runs, and prefix codes (`shared/image/encode/webp_alpha.ts`). The rows of a
// plane pass twice: once to count the symbols, once to write them.

/** Longest run that VP8L can encode at once. */
const MAX_RUN: u32 = 4096;

/** Runs shorter than this cost less as single residuals. */
const MIN_RUN: u32 = 4;

/** The current residual, -1 before the first one, and how often it is repeated. */
let value: i32 = -1;
let repeats: u32 = 0;

/** The counts of the symbols, unsigned 32-bit numbers, while they are counted; 0 while they are written. */
let counts: usize = 0;

/** The symbols' codes, unsigned 16-bit numbers, and their lengths, bytes. */
let codes: usize = 0;
let lengths: usize = 0;

/** Where the next byte is written, and the bits before it. */
let next: usize = 0;
let bits: u64 = 0;
let bitCount: u64 = 0;

/**
 * Subtracts the prediction left + above - above left from each value of a row.
 *
 * @param row The row, with the row above right before it.
 * @param width Number of values.
 * @param to Receives the residuals, and up to 7 bytes behind them.
 */
export function filterRow(row: usize, width: i32, to: usize): void {
  const above = row - width;
  store<u8>(to, load<u8>(row) - load<u8>(above));
  const low = i16x8.splat(255);
  for (let x: usize = 1; x < <usize> width; x += 8) {
    const aboveLeft = v128.load_ext<u8>(above + x - 1);
    const gradient = i16x8.sub(
      i16x8.add(v128.load_ext<u8>(row + x - 1), v128.load_ext<u8>(above + x)),
      aboveLeft,
    );
    const clamped = i16x8.min_s(i16x8.max_s(gradient, i16x8.splat(0)), low);
    const residual = v128.and(i16x8.sub(v128.load_ext<u8>(row + x), clamped), low);
    v128.store_lane<u64>(to + x, i8x16.narrow_i16x8_u(residual, residual), 0);
  }
}

/**
 * Subtracts from each value of a plane's first row the one to the left.
 *
 * @param row The row.
 * @param width Number of values.
 * @param to Receives the residuals.
 */
export function filterFirstRow(row: usize, width: i32, to: usize): void {
  store<u8>(to, load<u8>(row));
  for (let x: usize = 1; x < <usize> width; x++) {
    store<u8>(to + x, load<u8>(row + x) - load<u8>(row + x - 1));
  }
}

/**
 * Begins to count symbols.
 *
 * @param table Receives the counts: 280 unsigned 32-bit numbers, which must be 0.
 */
export function beginCounting(table: usize): void {
  value = -1;
  counts = table;
}

/**
 * Begins to write symbols.
 *
 * @param codeTable The codes: 280 unsigned 16-bit numbers, whose first bit is the lowest one.
 * @param lengthTable The lengths of the codes, 280 bytes.
 * @param firstBits Bits to write before them, the first one lowest.
 * @param firstCount Their number, 0 to 7.
 */
export function beginWriting(
  codeTable: usize,
  lengthTable: usize,
  firstBits: u32,
  firstCount: u32,
): void {
  value = -1;
  counts = 0;
  codes = codeTable;
  lengths = lengthTable;
  bits = firstBits;
  bitCount = firstCount;
}

/**
 * Counts or writes the symbols of residuals; the last run may go on.
 *
 * @param from The residuals.
 * @param length Their number.
 * @param to Receives the bytes, if symbols are written: up to 2 for each residual so far that has no symbol yet.
 * @returns The number of written bytes.
 */
export function addResiduals(from: usize, length: i32, to: usize): i32 {
  next = to;
  const end = from + length;
  while (from < end) {
    const same = equalBytes(from, end);
    repeats += <u32> same;
    from += same;
    if (from == end) break;
    flushRun();
    value = load<u8>(from++);
    repeats = 0;
  }
  return <i32> (next - to);
}

/**
 * Ends the last run; if symbols are written, fills up the last byte with zeros.
 *
 * @param to Receives the bytes.
 * @returns Their number.
 */
export function endResiduals(to: usize): i32 {
  next = to;
  flushRun();
  if (counts == 0 && bitCount > 0) store<u8>(next++, bits);
  return <i32> (next - to);
}

/** Counts the bytes that equal the current residual. */
function equalBytes(from: usize, end: usize): usize {
  if (value < 0) return 0;
  const start = from;
  const same = i8x16.splat(<i8> value);
  for (; from + 16 <= end; from += 16) {
    const differs = ~i8x16.bitmask(i8x16.eq(v128.load(from), same)) & 0xffff;
    if (differs != 0) return from - start + ctz(differs);
  }
  while (from < end && <i32> load<u8>(from) == value) from++;
  return from - start;
}

/** Adds the symbols of the current residual and its repetitions. */
function flushRun(): void {
  if (value < 0) return;
  addSymbol(value);
  while (repeats >= MIN_RUN) {
    const run = min(repeats, MAX_RUN);
    addRun(run);
    repeats -= run;
  }
  for (; repeats > 0; repeats--) addSymbol(value);
}

/** Adds a length by VP8L's prefix coding: exact up to 4, then two symbols per doubling, the rest as extra bits. */
function addRun(length: u32): void {
  const rest = length - 1;
  if (rest < 4) return addSymbol(256 + rest);
  const top = 31 - clz(rest);
  const extraBits = top - 1;
  addSymbol(256 + 2 * top + ((rest >> extraBits) & 1));
  if (counts == 0) write(rest & ((1 << extraBits) - 1), extraBits);
}

function addSymbol(symbol: u32): void {
  if (counts != 0) {
    const at = counts + (<usize> symbol << 2);
    store<u32>(at, load<u32>(at) + 1);
  } else write(<u32> load<u16>(codes + (<usize> symbol << 1)), <u32> load<u8>(lengths + symbol));
}

function write(some: u32, count: u32): void {
  bits |= <u64> some << bitCount;
  bitCount += count;
  while (bitCount >= 8) {
    store<u8>(next++, bits);
    bits >>= 8;
    bitCount -= 8;
  }
}
