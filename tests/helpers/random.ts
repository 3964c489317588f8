/** A source of numbers that are the same in every run: whole, from 0 to below a bound. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * below);
  };
}

/** A copy of bytes between two others: what reads a view wrongly finds them. */
export function viewOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const memory = new Uint8Array(bytes.length + 24).fill(0xa5);
  memory.set(bytes, 11);
  return memory.subarray(11, 11 + bytes.length);
}
