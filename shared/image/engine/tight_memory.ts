/** WebAssembly's page, in bytes. */
const PAGE_BYTES = 65_536;

/** Size above which surplus memory matters, in bytes: an isolate has 256 MB. */
const LARGE_BYTES = 64 << 20;

/** Emscripten's surplus when memory grows, as shares of the present size, and its bound in bytes. The last one is 0.05. */
const SURPLUS = { shares: [0.2, 0.1], maxBytes: 96 << 20 };

let isTight = false;

/**
 * Makes engines grow their memory in small steps once it is large. Emscripten asks for 20 % more memory than it needs, then
 * for 10 % and 5 % if it does not get that; memory never shrinks, so a surplus of up to 40 MB of the isolate's 256 MB would
 * stay unused.
 */
export function growTightly(): void {
  if (isTight) return;
  isTight = true;
  const { prototype } = WebAssembly.Memory;
  const grow = prototype.grow;
  prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (isSurplus(this.buffer.byteLength, pages * PAGE_BYTES)) {
      throw new RangeError("Less memory is enough.");
    }
    return grow.call(this, pages);
  };
}

function isSurplus(bytes: number, more: number): boolean {
  return bytes >= LARGE_BYTES &&
    SURPLUS.shares.some((share) =>
      Math.abs(Math.min(bytes * share, SURPLUS.maxBytes) - more) <= PAGE_BYTES
    );
}
