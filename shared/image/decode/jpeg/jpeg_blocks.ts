import type { JpegBits } from "./jpeg_bits.ts";
import type { JpegCodes } from "./jpeg_codes.ts";

/** The part of the coefficients that a scan holds: `first` to `last` of 64, and which of their bits. */
export interface Band {
  first: number;
  last: number;
  /** Whether the scan adds a bit to known coefficients. */
  refines: boolean;
}

/** The longest DC difference of 8-bit samples, in bits. */
const MAX_DC_BITS = 11;

/** Reads all coefficients of a sequential scan's block. Returns false if there are more than 64. */
export function readBlock(bits: JpegBits, dc: JpegCodes, ac: JpegCodes): boolean {
  const isInRange = readDc(bits, dc);
  return bits.passCoefficients(ac) && isInRange;
}

/** Reads the first bits of a DC coefficient. Returns false if it is out of range. */
export function readDc(bits: JpegBits, dc: JpegCodes): boolean {
  const size = bits.code(dc);
  bits.take(Math.min(size, 16));
  return size <= MAX_DC_BITS;
}

/** Reads the AC coefficients of a component's progressive scans. Later scans depend on earlier ones. */
export class ProgressiveBlocks {
  /** The nonzero coefficients of each block: one bit per coefficient, in two words. */
  readonly #nonZero: Uint32Array;
  #blocksToSkip = 0;

  /** @param blocks Number of the component's blocks. */
  constructor(blocks: number) {
    this.#nonZero = new Uint32Array(2 * blocks);
  }

  /** Starts a restart interval. */
  restart(): void {
    this.#blocksToSkip = 0;
  }

  /**
   * Skips the blocks that an end-of-band run declares empty. A run of 32,767 blocks takes two bytes of the file, so
   * each block must cost next to nothing here. In a refining scan, each known coefficient still has a bit of its own.
   *
   * @param bits The data.
   * @param band The scan's part of the coefficients.
   * @param block The first block's number.
   * @param max Maximum number of blocks to skip.
   * @returns The number of skipped blocks.
   */
  passRun(bits: JpegBits, { first, last, refines }: Band, block: number, max: number): number {
    const count = Math.min(max, this.#blocksToSkip);
    this.#blocksToSkip -= count;
    if (!refines) return count;
    const nonZero = this.#nonZero;
    const [inLow, inHigh] = [within(first, last), within(first - 32, last - 32)];
    for (let word = 2 * block; word < 2 * (block + count); word += 2) {
      const [low, high] = [nonZero[word] & inLow, nonZero[word + 1] & inHigh];
      if ((low | high) === 0) continue;
      pass(bits, ones(low) + ones(high));
      if (bits.ranOut) return word / 2 - block;
    }
    return count;
  }

  /**
   * Reads the band of a block that no run skips.
   *
   * @param bits The data.
   * @param ac The code table.
   * @param band The scan's part of the coefficients.
   * @param block The block's number.
   * @returns True if all coefficients are within the band.
   */
  read(bits: JpegBits, ac: JpegCodes, band: Band, block: number): boolean {
    return band.refines
      ? this.#refine(bits, ac, band, block)
      : this.#readFirst(bits, ac, band, block);
  }

  #readFirst(bits: JpegBits, ac: JpegCodes, { first, last }: Band, block: number): boolean {
    for (let k = first; k <= last; k++) {
      const code = bits.code(ac);
      const [run, size] = [code >> 4, code & 15];
      if (size === 0 && run < 15) {
        this.#blocksToSkip = (1 << run) + bits.take(run) - 1;
        return true;
      }
      k += run;
      if (k > last) return false;
      if (size > 0) {
        bits.take(size);
        this.#set(block, k);
      }
    }
    return true;
  }

  #refine(bits: JpegBits, ac: JpegCodes, { first, last }: Band, block: number): boolean {
    for (let k = first; k <= last; k++) {
      const code = bits.code(ac);
      const [size, run] = [code & 15, code >> 4];
      if (size === 0 && run < 15) {
        this.#blocksToSkip = (1 << run) + bits.take(run) - 1;
        this.#passRest(bits, block, k, last);
        return true;
      }
      if (size > 0) bits.take(1);
      k = this.#passZeros(bits, block, k, last, run);
      if (k > last) return size === 0;
      if (size > 0) this.#set(block, k);
    }
    return true;
  }

  /** Skips to the band's end. */
  #passRest(bits: JpegBits, block: number, from: number, last: number): void {
    const low = this.#nonZero[2 * block] & within(from, last);
    const high = this.#nonZero[2 * block + 1] & within(from - 32, last - 32);
    pass(bits, ones(low) + ones(high));
  }

  /** Skips to the coefficient behind `zeros` zeros. Each known coefficient on the way has a bit of its own. */
  #passZeros(bits: JpegBits, block: number, from: number, last: number, zeros: number): number {
    const [low, high] = [this.#nonZero[2 * block], this.#nonZero[2 * block + 1]];
    let k = from;
    for (let left = zeros; k <= last; k++) {
      const isThere = ((k < 32 ? low >>> k : high >>> (k - 32)) & 1) === 1;
      if (isThere) bits.take(1);
      else if (left-- === 0) break;
    }
    return k;
  }

  #set(block: number, k: number): void {
    this.#nonZero[2 * block + (k >> 5)] |= 1 << (k & 31);
  }
}

/** Skips any number of bits. */
function pass(bits: JpegBits, count: number): void {
  for (let left = count; left > 0; left -= 16) bits.take(Math.min(left, 16));
}

/** Returns a word with ones in the bits `from` to `last`, clamped to 0 to 31. */
function within(from: number, last: number): number {
  if (last < 0 || from > 31) return 0;
  return (-1 << Math.max(0, from)) & (-1 >>> (31 - Math.min(31, last)));
}

/** Counts the ones in a word. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
