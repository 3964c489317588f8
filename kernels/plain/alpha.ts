/** The twin of `filterRow` and `filterFirstRow` in `kernels/assembly/alpha.ts`, for a whole plane. */
export function filterPlane(alpha: Uint8Array, width: number): Uint8Array {
  return alpha.map((own, at) => {
    const left = at % width === 0 ? 0 : alpha[at - 1];
    if (at < width) return own - left;
    const above = alpha[at - width];
    if (at % width === 0) return own - above;
    return own - Math.max(0, Math.min(255, left + above - alpha[at - width - 1]));
  });
}

/** A symbol of VP8L, and the bits behind its code. */
export interface Symbol {
  symbol: number;
  extra: number;
  extraBits: number;
}

/** The twin of `addResiduals` and `endResiduals`: the symbols of a plane's residuals. */
export function symbolsOf(residuals: Uint8Array): Symbol[] {
  const symbols: Symbol[] = [];
  for (let at = 0; at < residuals.length;) {
    const value = residuals[at++];
    symbols.push({ symbol: value, extra: 0, extraBits: 0 });
    let end = at;
    while (end < residuals.length && residuals[end] === value) end++;
    while (end - at >= 4) {
      const length = Math.min(end - at, 4096);
      symbols.push(runOf(length));
      at += length;
    }
  }
  return symbols;
}

/** A length by VP8L's prefix coding: exact up to 4, then two symbols per doubling, the rest as extra bits. */
function runOf(length: number): Symbol {
  const value = length - 1;
  if (value < 4) return { symbol: 256 + value, extra: 0, extraBits: 0 };
  const top = Math.floor(Math.log2(value));
  const extraBits = top - 1;
  const half = Math.floor(value / 2 ** extraBits) % 2;
  return { symbol: 256 + 2 * top + half, extra: value % 2 ** extraBits, extraBits };
}
