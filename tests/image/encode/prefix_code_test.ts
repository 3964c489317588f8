// Proves that prefix codes are complete, limited in length and readable by a VP8L decoder.
import assert from "node:assert/strict";
import { BitWriter } from "../../../shared/image/encode/bit_writer.ts";
import {
  buildPrefixCode,
  type PrefixCode,
  writePrefixCode,
} from "../../../shared/image/encode/prefix_code.ts";
import { bytesOf } from "../../helpers/bytes_of.ts";
import { seeded } from "../../helpers/random.ts";
import { readPrefixLengths } from "../../helpers/read_prefix_lengths.ts";

const random = seeded(20);

function fibonacci(length: number): number[] {
  const counts = [1, 1];
  while (counts.length < length) counts.push(counts.at(-1)! + counts.at(-2)!);
  return counts.slice(0, length);
}

/** Counts, of at least two symbols each. */
const COUNTS: [what: string, counts: number[]][] = [
  ["two symbols", [3, 900]],
  ["two symbols far apart", [5, ...new Array(278).fill(0), 1]],
  ["three symbols", [1, 0, 1, 0, 1]],
  ["a power of two, all equal", new Array(256).fill(7)],
  ["an alphabet of 280, all equal", new Array(280).fill(1)],
  ["neighbours unused", Array.from({ length: 280 }, (_, i) => i % 2)],
  ["Fibonacci's numbers", fibonacci(40)],
  ["Fibonacci's numbers, the greatest first", fibonacci(40).reverse()],
  ["powers of two", Array.from({ length: 32 }, (_, i) => 2 ** i)],
  ["one giant", [1, 1, 1, 4_294_967_295, 1, 1]],
  ["giants", [4_294_967_295, 4_294_967_295, 4_294_967_294]],
  ...Array.from({ length: 40 }, (_, round): [string, number[]] => {
    const used = 1 + random(100); // of a hundred
    const spread = 1 + random(30);
    return [
      `random counts, round ${round}`,
      [
        1,
        ...Array.from({ length: 278 }, () => random(100) < used ? random(2 ** random(spread)) : 0),
        1,
      ],
    ];
  }),
];

/** A code's words in reading order: the first bit first. */
function wordsOf({ lengths, bits }: PrefixCode): string[] {
  return [...lengths].flatMap((length, symbol) =>
    length === 0 ? [] : [[...bits[symbol].toString(2).padStart(length, "0")].reverse().join("")]
  );
}

function assertComplete(counts: number[], lengths: Uint8Array, limit: number): void {
  assert.ok(lengths.every((length) => length <= limit), `longest ${Math.max(...lengths)}`);
  assert.deepEqual([...lengths].map((length) => length > 0), counts.map((count) => count > 0));
  const kraft = lengths.reduce((sum, length) => length ? sum + 2 ** -length : sum, 0);
  assert.equal(kraft, 1);
}

for (const [what, counts] of COUNTS) {
  Deno.test(`buildPrefixCode() makes a complete code within the limit: ${what}`, () => {
    const used = counts.filter(Boolean).length;
    for (const limit of [15, 12, 9, 7].filter((limit) => used <= 2 ** limit)) {
      assertComplete(counts, buildPrefixCode(new Uint32Array(counts), limit).lengths, limit);
    }
  });

  Deno.test(`buildPrefixCode() makes a prefix-free code: ${what}`, () => {
    const code = buildPrefixCode(new Uint32Array(counts));
    const words = wordsOf(code).sort();
    for (let i = 1; i < words.length; i++) {
      assert.ok(!words[i].startsWith(words[i - 1]), `${words[i - 1]} begins ${words[i]}`);
    }
    assert.ok([...code.bits].every((bits, symbol) => bits < 2 ** code.lengths[symbol]));
  });

  Deno.test(`writePrefixCode() writes a code that a VP8L decoder reads: ${what}`, () => {
    const { lengths } = buildPrefixCode(new Uint32Array(counts));
    const writer = new BitWriter(0);
    writePrefixCode(writer, lengths, 0);
    writer.write(0b1010011, 7); // the following data must begin where the code ends
    const { lengths: read, rest } = readPrefixLengths(bytesOf(writer), lengths.length);
    assert.deepEqual(read, lengths);
    assert.equal(rest(7), 0b1010011);
  });
}

Deno.test("buildPrefixCode() is as short as Huffman's if the limit does not apply", () => {
  const counts = [45, 13, 12, 16, 9, 5]; // the textbook's: 224 bits
  const { lengths } = buildPrefixCode(new Uint32Array(counts));
  assert.equal(counts.reduce((sum, count, i) => sum + count * lengths[i], 0), 224);
  assert.deepEqual([...lengths], [1, 3, 3, 3, 4, 4]);
});

Deno.test("buildPrefixCode() returns no lengths for fewer than two symbols", () => {
  assert.deepEqual([...buildPrefixCode(new Uint32Array(5)).lengths], [0, 0, 0, 0, 0]);
  const single = buildPrefixCode(Uint32Array.of(0, 0, 8, 0));
  assert.deepEqual([[...single.lengths], [...single.bits]], [[0, 0, 0, 0], [0, 0, 0, 0]]);
});

for (const used of [0, 1, 2, 3, 128, 255]) {
  Deno.test(`writePrefixCode() writes a code of the single symbol ${used} in its short form`, () => {
    const writer = new BitWriter(0);
    writePrefixCode(writer, new Uint8Array(256), used);
    writer.write(0b1010011, 7);
    const { single, rest } = readPrefixLengths(bytesOf(writer), 256);
    assert.equal(single, used);
    assert.equal(rest(7), 0b1010011);
  });
}
