/** Returns the brightness of a packed pixel (0xAABBGGRR) by the weights of Rec. 601, 0 to 255. */
export function lumaOf(pixel: number): number {
  return ((pixel & 255) * 77 + ((pixel >>> 8) & 255) * 150 + ((pixel >>> 16) & 255) * 29) >>> 8;
}
