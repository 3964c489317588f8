// Proves that each pixel loop in WebAssembly gives the bits of its twin in TypeScript.
import assert from "node:assert/strict";
import { filterPlane, type Symbol, symbolsOf } from "../../../kernels/plain/alpha.ts";
import { multiplyAlpha } from "../../../kernels/plain/mask.ts";
import { unfilter } from "../../../kernels/plain/png.ts";
import { joinRows, premultiply, scaleRow } from "../../../kernels/plain/resample.ts";
import { addAlpha, blurTransposed, mixRows, shadeRow } from "../../../kernels/plain/shadow.ts";
import { gaussian } from "../../../shared/image/edit/gaussian.ts";
import { tapsOf } from "../../../shared/image/edit/resample_taps.ts";
import { kernels, Scratch } from "../../../shared/image/kernels/kernels.ts";
import { seeded } from "../../helpers/random.ts";
import { pictureBytes } from "../../helpers/random_bytes.ts";

const LENGTHS = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 64, 100, 333];

/** Fills the memory, so that what a loop does not write differs from what it should. */
function newScratch(): Scratch {
  const scratch = new Scratch();
  scratch.bytes.fill(0xa5, kernels().start.value);
  return scratch;
}

/** Copies bytes out of the kernels' memory. */
const taken = (scratch: Scratch, at: number, length: number) =>
  scratch.bytes.slice(at, at + length);
const floats = (scratch: Scratch, at: number, length: number) =>
  new Float32Array(taken(scratch, at, length * 4).buffer);

function randomFloats(length: number, most: number, seed: number): Float32Array {
  const random = seeded(seed);
  return Float32Array.from(
    { length },
    () => random(5) === 0 ? 0 : (random(1 << 20) / 2 ** 20) * most,
  );
}

Deno.test("premultiply() gives the bits of its twin, for every colour and alpha", () => {
  const pixels = new Uint8Array(256 * 256 * 4);
  for (let i = 0; i < pixels.length; i += 4) {
    const [value, alpha] = [(i >> 2) & 255, i >> 10];
    pixels.set([value, 255 - value, value ^ 0x55, alpha], i);
  }
  const scratch = newScratch();
  const from = scratch.keep(pixels);
  const to = scratch.reserve(pixels.length * 2);
  kernels().premultiply(from, to, pixels.length / 4);
  const given = new Int16Array(taken(scratch, to, pixels.length * 2).buffer);
  assert.deepEqual(given, premultiply(pixels));
});

for (
  const [from, to] of [[1, 1], [1, 9], [9, 1], [40, 17], [41, 40], [33, 64], [300, 7], [5, 200]]
) {
  for (const filter of ["lanczos3", "hamming"] as const) {
    Deno.test(`scaleRow() gives the bits of its twin: ${from} to ${to} pixels by ${filter}`, () => {
      const row = premultiply(pictureBytes(from * 4, from + to));
      const taps = tapsOf(from, to, filter);
      const scratch = newScratch();
      const padded = new Int16Array((from + taps.taps) * 4).fill(-1);
      padded.set(row);
      const at = scratch.keep(padded);
      const result = scratch.reserve(to * 8);
      const [starts, weights] = [scratch.keep(taps.starts), scratch.keep(taps.weights)];
      kernels().scaleRow(at, result, to, starts, weights, taps.taps);
      const given = new Int16Array(taken(scratch, result, to * 8).buffer);
      assert.deepEqual(given, scaleRow(row, taps));
    });
  }
}

Deno.test("joinRows() gives the bits of its twin, for all lengths and numbers of rows", () => {
  for (const width of LENGTHS) {
    for (const rowCount of [2, 8, 30]) {
      const rows = Array.from(
        { length: rowCount },
        (_, y) => premultiply(pictureBytes(width * 4, width * 100 + rowCount + y)),
      );
      const { weights } = tapsOf(rowCount, 3, "lanczos3");
      const own = weights.slice(rowCount, 2 * rowCount); // of the middle row
      const scratch = newScratch();
      const order = scratch.keep(Uint32Array.from(rows, (row) => scratch.keep(row)));
      const kept = scratch.keep(own);
      const to = scratch.reserve(width * 4);
      kernels().joinRows(order, kept, rowCount, to, width);
      assert.deepEqual(
        new Uint8ClampedArray(taken(scratch, to, width * 4)),
        joinRows(rows, own),
        `${width} pixels, ${rowCount} rows`,
      );
    }
  }
});

Deno.test("multiplyAlpha() gives the bits of its twin", () => {
  for (const width of LENGTHS) {
    const [pixels, mask] = [pictureBytes(width * 4, width), pictureBytes(width, width + 1_000)];
    const scratch = newScratch();
    const [at, cover] = [scratch.keep(pixels), scratch.keep(mask)];
    const edge = scratch.reserve(width * 4);
    const count = kernels().multiplyAlpha(at, cover, width, edge);
    const expected = multiplyAlpha(pixels, mask);
    assert.deepEqual(taken(scratch, at, width * 4), pixels);
    assert.deepEqual([...new Uint32Array(taken(scratch, edge, count * 4).buffer)], expected);
  }
});

Deno.test("addAlpha() gives the bits of its twin", () => {
  for (const width of LENGTHS) {
    for (const step of [1, 2, 5]) {
      const pixels = pictureBytes(width * 4, width);
      const sums = randomFloats(Math.ceil(width / step), 1_000, width);
      const scratch = newScratch();
      const [at, to] = [scratch.keep(pixels), scratch.keep(sums)];
      kernels().addAlpha(at, width, step, to);
      addAlpha(pixels, step, sums);
      assert.deepEqual(floats(scratch, to, sums.length), sums);
    }
  }
});

Deno.test("blurTransposed() gives the bits of its twin", () => {
  for (const width of LENGTHS) {
    for (const sigma of [0.4, 3, 7.5]) {
      const plane = randomFloats(width * 5, 255, width);
      const kernel = gaussian(sigma);
      const radius = kernel.length - 1;
      const scratch = newScratch();
      const [from, half] = [scratch.keep(plane), scratch.keep(kernel)];
      const to = scratch.reserve(plane.length * 4);
      const line = scratch.reserve((width + 2 * radius + 1) * 4);
      kernels().blurTransposed(from, to, width, 5, half, radius, line);
      assert.deepEqual(floats(scratch, to, plane.length), blurTransposed(plane, width, kernel));
    }
  }
});

Deno.test("mixRows() gives the bits of its twin", () => {
  for (const width of LENGTHS) {
    for (const most of [0, 255]) {
      const plane = randomFloats(width * 2, most, width);
      const scratch = newScratch();
      const from = scratch.keep(plane);
      const to = scratch.reserve(width * 4);
      const some = kernels().mixRows(from, width, 0.3, to);
      const expected = mixRows(plane.subarray(0, width), plane.subarray(width), 0.3);
      assert.equal(some === 1, expected.some);
      assert.deepEqual(floats(scratch, to, width), expected.row);
    }
  }
});

Deno.test("shadeRow() gives the bits of its twin", () => {
  for (const width of LENGTHS) {
    const bytes = pictureBytes(width * 4, width + 5);
    const row = randomFloats(width + 3, 255, width);
    const scratch = newScratch();
    const [at, shades] = [scratch.keep(bytes), scratch.keep(row)];
    kernels().shadeRow(at, width, shades, 0.2, 0.7, 0.5);
    shadeRow(new Uint32Array(bytes.buffer), row, 0.2, 0.7, 0.5);
    assert.deepEqual(taken(scratch, at, bytes.length), bytes);
  }
});

Deno.test("filterRow() and filterFirstRow() give the bits of their twin", () => {
  for (const width of LENGTHS) {
    const plane = pictureBytes(width * 6, width);
    const scratch = newScratch();
    const from = scratch.keep(plane);
    const to = scratch.reserve(plane.length);
    kernels().filterFirstRow(from, width, to);
    for (let y = 1; y < 6; y++) kernels().filterRow(from + y * width, width, to + y * width);
    assert.deepEqual(taken(scratch, to, plane.length), filterPlane(plane, width));
  }
});

/** The residuals that runs begin and end in: short and long ones, at the ends of pieces. */
const RESIDUALS: Record<string, Uint8Array> = {
  "one value": Uint8Array.of(7),
  "runs of 1 to 40": Uint8Array.from(
    Array.from({ length: 40 }, (_, i) => new Array(i + 1).fill(i % 2)).flat(),
  ),
  "a run of 4096 and 1 to 5 more": Uint8Array.from(
    [1, 2, 3, 4, 5].flatMap((more) => new Array(4_097 + more).fill(more)),
  ),
  "noise": pictureBytes(9_000, 3),
};

for (const [name, residuals] of Object.entries(RESIDUALS)) {
  for (const piece of [1, 16, 1_000, 1 << 20]) {
    Deno.test(`addResiduals() counts and writes the symbols of its twin: ${name}, in pieces of ${piece}`, () => {
      const symbols = symbolsOf(residuals);
      const { counts, written } = codedByKernels(residuals, piece);
      const expected = new Uint32Array(280);
      for (const { symbol } of symbols) expected[symbol]++;
      assert.deepEqual(counts, expected);
      assert.deepEqual(written, bitsOf(symbols));
    });
  }
}

/** A code whose bits are the symbol's number, in 9 bits. */
const CODE_BITS = 9;
const FIRST_BITS = { value: 0b101, count: 3 };

function codedByKernels(residuals: Uint8Array, piece: number) {
  const all = kernels();
  const scratch = newScratch();
  const table = scratch.keep(new Uint32Array(280));
  const codes = scratch.keep(Uint16Array.from({ length: 280 }, (_, symbol) => symbol));
  const lengths = scratch.keep(new Uint8Array(280).fill(CODE_BITS));
  const from = scratch.reserve(Math.min(piece, residuals.length));
  const to = scratch.reserve(residuals.length * 2 + 64);
  const parts: number[] = [];
  const add = () => {
    for (let at = 0; at < residuals.length; at += piece) {
      const part = residuals.subarray(at, at + piece);
      scratch.bytes.set(part, from);
      parts.push(...taken(scratch, to, all.addResiduals(from, part.length, to)));
    }
    parts.push(...taken(scratch, to, all.endResiduals(to)));
  };
  all.beginCounting(table);
  add();
  assert.equal(parts.length, 0);
  const counts = new Uint32Array(taken(scratch, table, 280 * 4).buffer);
  all.beginWriting(codes, lengths, FIRST_BITS.value, FIRST_BITS.count);
  add();
  return { counts, written: parts };
}

function bitsOf(symbols: Symbol[]): number[] {
  const bits = [[FIRST_BITS.value, FIRST_BITS.count]];
  for (const { symbol, extra, extraBits } of symbols) {
    bits.push([symbol, CODE_BITS], [extra, extraBits]);
  }
  const bytes: number[] = [];
  let [pending, count] = [0, 0];
  for (const [value, length] of bits) {
    pending += value * 2 ** count;
    for (count += length; count >= 8; count -= 8) {
      bytes.push(pending % 256);
      pending = Math.floor(pending / 256);
    }
  }
  return count > 0 ? [...bytes, pending] : bytes;
}

Deno.test("unfilter() gives the bits of its twin, for every filter", () => {
  for (const step of [1, 3, 4] as const) {
    for (const width of LENGTHS) {
      for (let filter = 0; filter < 5; filter++) {
        const length = width * step;
        const [row, above] = [
          pictureBytes(length, width + filter),
          pictureBytes(length, 77 + width),
        ];
        const scratch = newScratch();
        const [from, upper] = [scratch.keep(row), scratch.keep(above)];
        const to = scratch.reserve(length);
        kernels().unfilter(filter, from, upper, to, length, step);
        unfilter(filter, row, above, step);
        const what = `filter ${filter}, ${width} pixels of ${step} bytes`;
        assert.deepEqual(taken(scratch, to, length), row, what);
      }
    }
  }
});
