// Proves how bits are packed into bytes.
import assert from "node:assert/strict";
import { BitWriter } from "../../../shared/image/encode/bit_writer.ts";
import { bytesOf } from "../../helpers/bytes_of.ts";
import { seeded } from "../../helpers/random.ts";

/** Values of a few bits each and the expected bits: the lowest first. */
function packed(values: [value: number, count: number][]): Uint8Array {
  const bits = values.flatMap(([value, count]) =>
    Array.from({ length: count }, (_, i) => (value >> i) & 1)
  );
  return Uint8Array.from(
    { length: Math.ceil(bits.length / 8) },
    (_, i) => bits.slice(i * 8, i * 8 + 8).reduce((byte, bit, at) => byte | (bit << at), 0),
  );
}

function written(values: [value: number, count: number][], capacity = 16): Uint8Array {
  const writer = new BitWriter(capacity);
  for (const [value, count] of values) writer.write(value, count);
  return bytesOf(writer);
}

Deno.test("a BitWriter without values has no bytes", () => {
  assert.equal(written([]).length, 0);
  assert.equal(written([[0, 0], [0, 0]]).length, 0);
});

Deno.test("a BitWriter puts the first value into the lowest bits and pads with zeros", () => {
  assert.deepEqual([...written([[1, 1], [0b10, 2], [0b111, 3]])], [0b111101]);
  assert.deepEqual([...written([[0x1ff, 9]])], [0xff, 1]);
  assert.deepEqual([...written([[0xabcd, 16]])], [0xcd, 0xab]);
});

Deno.test("a BitWriter does not add a byte if the last one is full", () => {
  assert.equal(written([[255, 8]]).length, 1);
  assert.equal(written([[7, 3], [31, 5], [0xffff, 16]]).length, 3);
});

Deno.test("a BitWriter accepts sixteen bits at every offset within a byte", () => {
  for (let offset = 0; offset < 8; offset++) {
    for (const value of [0xffff, 0x8000, 0x8001, 0]) {
      const values: [number, number][] = [[0, offset], [value, 16], [value, 16], [1, 1]];
      assert.deepEqual(written(values), packed(values), `${value} at ${offset}`);
    }
  }
});

Deno.test("a BitWriter grows from any capacity, and keeps its content", () => {
  const random = seeded(8);
  const values = Array.from({ length: 5_000 }, (): [number, number] => {
    const count = random(17);
    return [random(2 ** count), count];
  });
  const expected = packed(values);
  for (const capacity of [0, 1, 7, 100, 100_000]) {
    assert.deepEqual(written(values, capacity), expected, `capacity ${capacity}`);
  }
});

Deno.test("a BitWriter's result has its own memory of exactly its length", () => {
  const writer = new BitWriter(0);
  writer.write(0x1234, 16);
  const { bytes } = writer.takeWhole();
  assert.equal(bytes.buffer.byteLength, 2);
  writer.write(0xffff, 16);
  assert.deepEqual([...bytes], [0x34, 0x12]);
});
