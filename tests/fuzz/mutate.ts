import { concat } from "../helpers/bytes.ts";

/** Creates a source of whole numbers from 0 to below a bound. */
export type Random = (below: number) => number;

/** Values at which lengths, counts and sizes often fail. */
const EDGES = [
  0,
  1,
  2,
  0x7f,
  0x80,
  0xff,
  0x7fff,
  0x8000,
  0xffff,
  0x7fffffff,
  0x80000000,
  0xffffffff,
];

type Mutation = (bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>;

/** Chooses a position in a file: half of the time within its first bytes, which contain headers. */
function place(bytes: Uint8Array, random: Random): number {
  return random(Math.max(1, random(2) === 0 ? Math.min(bytes.length, 128) : bytes.length));
}

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const at = place(bytes, random);
    bytes[at] ^= 1 << random(8);
    return bytes;
  },
  function setByte(bytes, random) {
    bytes[place(bytes, random)] = random(256);
    return bytes;
  },
  function setBytes(bytes, random) {
    for (let i = 1 + random(24); i > 0; i--) bytes[place(bytes, random)] = random(256);
    return bytes;
  },
  function setEdge(bytes, random) {
    const width = [1, 2, 4][random(3)];
    const value = EDGES[random(EDGES.length)];
    const at = place(bytes, random);
    const littleEndian = random(2) === 0;
    for (let i = 0; i < width && at + i < bytes.length; i++) {
      bytes[at + i] = value >>> (8 * (littleEndian ? i : width - 1 - i));
    }
    return bytes;
  },
  function cutEnd(bytes, random) {
    return bytes.slice(0, random(bytes.length + 1));
  },
  function cutOut(bytes, random) {
    const at = place(bytes, random);
    return concat(bytes.subarray(0, at), bytes.subarray(at + 1 + random(64)));
  },
  function putIn(bytes, random) {
    const at = place(bytes, random);
    const junk = Uint8Array.from({ length: 1 + random(64) }, () => random(256));
    return concat(bytes.subarray(0, at), junk, bytes.subarray(at));
  },
  function repeat(bytes, random) {
    const at = place(bytes, random);
    const part = bytes.subarray(at, at + 1 + random(256));
    return concat(
      bytes.subarray(0, at),
      ...Array.from({ length: 1 + random(20) }, () => part),
      bytes.subarray(at),
    );
  },
  function exchange(bytes, random) {
    const [one, other] = [place(bytes, random), place(bytes, random)];
    const part = bytes.slice(one, one + 1 + random(32));
    bytes.set(part.subarray(0, bytes.length - other), other);
    return bytes;
  },
  function zero(bytes, random) {
    const at = place(bytes, random);
    return bytes.fill(random(2) * 255, at, at + 1 + random(128));
  },
];

/**
 * Damages a file in one to four ways.
 *
 * @param file The file, which stays unchanged.
 * @param random Chooses the ways.
 * @param other Another file: sometimes the two are joined to a file of two types.
 */
export function mutate(
  file: Uint8Array,
  random: Random,
  other: Uint8Array = file,
): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(file);
  for (let times = 1 + random(4); times > 0 && bytes.length > 0; times--) {
    bytes = MUTATIONS[random(MUTATIONS.length)](bytes, random);
  }
  if (random(40) > 0) return bytes;
  const at = random(bytes.length + 1);
  return concat(bytes.subarray(0, at), other.subarray(random(other.length)));
}
