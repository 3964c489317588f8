// The entropy-coded data of a baseline JPEG's scan, bit by bit. It passes through a window that the caller moves along the file.

// A Huffman table, as `JpegCodes.toBytes()` lays it out:
// - 512 16-bit entries, one for each prefix of 9 bits: `length << 8 | symbol`, or 0 for a longer code
// - LAST_OF: for each length from 0 to 16 the last code, left-aligned to 16 bits, or -1; 32 bits each
// - OFFSET_OF: for each length the offset from a code to its symbol's index; 32 bits each
// - SYMBOLS: 256 bytes
const LAST_OF: usize = 512 * 2;
const OFFSET_OF: usize = LAST_OF + 17 * 4;
const SYMBOLS: usize = OFFSET_OF + 17 * 4;

/** Bits that a look at the table resolves. */
const SHORT_BITS: i32 = 9;

/** Symbol of 16 zeros. */
const SIXTEEN_ZEROS: u32 = 0xf0;

/** Bound on a coefficient. */
const MOST: i32 = 2_048;

/** Number of a block's coefficients. */
const COEFFICIENTS: usize = 64;

/** First of the markers between intervals, RST0 to RST7; the end marker. */
const RESTART: u32 = 0xd0;
const END: u32 = 0xd9;

/** The next byte, and the end of the window. */
let next: usize = 0;
let end: usize = 0;

/** Bits that were taken from the window, the newest lowest: their number, and how many of them are not in the file. */
let held: u64 = 0;
let count: i32 = 0;
let padded: i32 = 0;

/** Begins a scan. */
export function beginBits(): void {
  held = 0;
  count = padded = 0;
}

/** Moves the window: `from` is the byte that was next. */
export function moveWindow(from: usize, to: usize): void {
  next = from;
  end = to;
}

/** Returns the address of the next byte. */
export function nextByte(): usize {
  return next;
}

/** Whether more bits were read than the data has. */
export function ranOut(): bool {
  return padded > count;
}

/** Passes the restart marker of a number. @returns Whether it follows, with fill bits at most before it. */
export function passRestart(index: i32): bool {
  if (!isAtMarker(RESTART + <u32> (index & 7))) return false;
  next += 2;
  beginBits();
  return true;
}

/** Whether the end marker follows, with fill bits at most before it. */
export function isAtEnd(): bool {
  return isAtMarker(END);
}

function isAtMarker(marker: u32): bool {
  const left = count - padded;
  return left >= 0 && left < 8 && next + 2 <= end && load<u8>(next) == 0xff &&
    <u32> load<u8>(next, 1) == marker;
}

/** Takes bits from the window until there are 32 or more. Behind a marker or the end of the window they are zeros. */
function fill(): void {
  if (next + 4 <= end) {
    const word = bswap(load<u32>(next));
    if ((word & 0x8080_8080 & ~(word + 0x0101_0101)) == 0) {
      held = (held << 32) | word;
      count += 32;
      next += 4;
      return;
    }
  }
  fillSlowly();
}

function fillSlowly(): void {
  while (count < 32) {
    let byte: u64 = 0;
    if (next < end && load<u8>(next) != 0xff) byte = load<u8>(next++);
    else if (next + 1 < end && load<u8>(next, 1) == 0) {
      byte = 0xff;
      next += 2;
    } else padded += 8;
    held = (held << 8) | byte;
    count += 8;
  }
}

/** Finds a code of more than 9 bits. @returns `length << 8 | symbol`, or 0 if there is none. */
function findLong(table: usize, bits: i32): u32 {
  for (let length: usize = 10; length <= 16; length++) {
    if (bits > load<i32>(table + LAST_OF + (length << 2))) continue;
    const index = (bits >> <i32> (16 - length)) + load<i32>(table + OFFSET_OF + (length << 2));
    return (<u32> length << 8) | load<u8>(table + SYMBOLS + <usize> index);
  }
  return 0;
}

/**
 * Reads a block's coefficients, and multiplies them by their divisors.
 *
 * @param dc The Huffman table of the DC coefficient.
 * @param ac The Huffman table of the AC coefficients.
 * @param divisors 64 32-bit divisors, in zigzag order.
 * @param places The 64 places of the coefficients in zigzag order, bytes.
 * @param lastDc The DC coefficient of the block before it, without its divisor.
 * @param to Receives 64 32-bit coefficients, row-major; all are 0.
 * @returns The zigzag index of the last coefficient that is not 0, and above 8 bits the DC coefficient without its divisor; -1 if the
 * data is wrong, or no encoder's.
 */
export function readBlock(
  dc: usize,
  ac: usize,
  divisors: usize,
  places: usize,
  lastDc: i32,
  to: usize,
): i64 {
  if (count < 32) fill();
  // Locals, as the module's variables lie in memory.
  let bits = held;
  let bitCount = count;
  let found: u32 = load<u16>(dc + (<usize> ((bits >> (bitCount - SHORT_BITS)) & 511) << 1));
  if (found == 0) found = findLong(dc, <i32> ((bits >> (bitCount - 16)) & 0xffff));
  if (found == 0) return -1;
  let size = <i32> (found & 255);
  bitCount -= <i32> (found >> 8) + size;
  const value = <i32> <i16> (lastDc + extended(<i32> (bits >> bitCount), size));
  const dcProduct = value * load<i32>(divisors);
  if (isTooLarge(dcProduct)) return -1;
  store<i32>(to, dcProduct);
  let last: usize = 0;
  for (let k: usize = 1; k < COEFFICIENTS; k++) {
    if (bitCount < 32) {
      const word = next + 4 <= end ? bswap(load<u32>(next)) : -1;
      // The test finds every byte of ones; where it finds another one, the slow way gives the same.
      if ((word & 0x8080_8080 & ~(word + 0x0101_0101)) == 0) {
        bits = (bits << 32) | word;
        bitCount += 32;
        next += 4;
      } else {
        held = bits;
        count = bitCount;
        fillSlowly();
        bits = held;
        bitCount = count;
      }
    }
    found = load<u16>(ac + (<usize> ((bits >> (bitCount - SHORT_BITS)) & 511) << 1));
    if (found == 0) found = findLong(ac, <i32> ((bits >> (bitCount - 16)) & 0xffff));
    if (found == 0) return -1;
    size = <i32> (found & 15);
    bitCount -= <i32> (found >> 8) + size;
    if (size == 0) {
      if ((found & 255) != SIXTEEN_ZEROS) break;
      k += 15;
      if (k >= COEFFICIENTS) return -1;
      continue;
    }
    k += (found >> 4) & 15;
    if (k >= COEFFICIENTS) return -1;
    last = k;
    const product = extended(<i32> (bits >> bitCount), size) * load<i32>(divisors + (k << 2));
    if (isTooLarge(product)) return -1;
    store<i32>(to + (<usize> load<u8>(places + k) << 2), product);
  }
  held = bits;
  count = bitCount;
  return (<i64> value << 8) | last;
}

/** Whether a coefficient is larger than those of samples of 8 bits, up to 1,024 and half a divisor: its transform may overflow. */
function isTooLarge(product: i32): bool {
  return <u32> (product + MOST) > 2 * MOST;
}

/** Returns the value of some bits: without a first bit of 1 it is negative. */
function extended(bits: i32, size: i32): i32 {
  if (size == 0) return 0;
  const value = bits & ((1 << size) - 1);
  return value + (((value >> (size - 1)) - 1) & ((-1 << size) + 1));
}
