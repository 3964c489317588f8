/**
 * Composites a pixel over black.
 *
 * @param pixel A pixel that is not opaque: 0xAABBGGRR, straight alpha.
 * @param shade The black's alpha, 0 to 255, also fractions.
 * @returns The pixel of the same form.
 */
export function overBlack(pixel: number, shade: number): number {
  const alpha = pixel >>> 24;
  const out = alpha + shade * (1 - alpha / 255);
  const outAlpha = Math.round(out);
  if (outAlpha === 0) return pixel;
  return alpha === 0 ? outAlpha * 0x1000000 : darkened(pixel, alpha / out, outAlpha);
}

function darkened(pixel: number, share: number, alpha: number): number {
  const r = Math.round((pixel & 255) * share);
  const g = Math.round(((pixel >>> 8) & 255) * share);
  const b = Math.round(((pixel >>> 16) & 255) * share);
  return alpha * 0x1000000 + ((b << 16) | (g << 8) | r);
}
