// A background remover's mask.

/**
 * Multiplies a row of coverage into the alpha of a row of pixels, and lists the partly covered ones.
 *
 * @param pixels The pixels, RGBA of 8 bits.
 * @param mask Their coverage: a byte each.
 * @param count Number of pixels.
 * @param edge Receives the indexes of the partly covered pixels, as unsigned 32-bit numbers: up to `count`.
 * @returns The number of these pixels.
 */
export function multiplyAlpha(pixels: usize, mask: usize, count: i32, edge: usize): i32 {
  const colours = i32x4.splat(0x00ff_ffff);
  let next = edge;
  for (let i = 0; i < count;) {
    const at = pixels + (<usize> i << 2);
    if (i + 8 <= count) {
      const covers = load<u64>(mask + i);
      if (covers == u64.MAX_VALUE) {
        i += 8;
        continue;
      }
      if (covers == 0) {
        v128.store(at, v128.and(v128.load(at), colours));
        v128.store(at, v128.and(v128.load(at, 16), colours), 16);
        i += 8;
        continue;
      }
    }
    const cover = <u32> load<u8>(mask + i);
    if (cover == 0) store<u8>(at, 0, 3);
    else if (cover < 255) {
      const product = <u32> load<u8>(at, 3) * cover + 128;
      store<u8>(at, (product + (product >> 8)) >> 8, 3); // division by 255, rounded
      store<u32>(next, i);
      next += 4;
    }
    i++;
  }
  return <i32> (next - edge) >> 2;
}
