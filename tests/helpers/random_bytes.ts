import { seeded } from "./random.ts";

/** Bytes of a picture's kind: runs of 0 and 255, slopes, and noise. */
export function pictureBytes(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const random = seeded(seed);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const end = Math.min(length, at + 1 + random(40));
    const [kind, first, step] = [random(4), random(256), random(9) - 4];
    for (let i = 0; at < end; at++, i++) {
      bytes[at] = kind === 0 ? 0 : kind === 1 ? 255 : kind === 2 ? first + i * step : random(256);
    }
  }
  return bytes;
}
