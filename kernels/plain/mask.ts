/** The twin of `multiplyAlpha` in `kernels/assembly/mask.ts`. @returns The indexes of the partly covered pixels. */
export function multiplyAlpha(pixels: Uint8Array, mask: Uint8Array): number[] {
  const edge: number[] = [];
  mask.forEach((cover, i) => {
    if (cover === 255) return;
    if (cover > 0) edge.push(i);
    const product = pixels[i * 4 + 3] * cover + 128;
    pixels[i * 4 + 3] = (product + (product >> 8)) >> 8; // division by 255, rounded
  });
  return edge;
}
