import type { Size } from "../image/raster.ts";

/** What is learned of a photo while it is processed: for those who observe, also where it ends in an error. */
export interface RunFacts {
  /** The photo's size after EXIF orientation, in pixels; before it is decoded, as its file stores it. `null`: not known. */
  sizeIn: Size | null;
  /** CPU that it used, as the isolate accounts it, in milliseconds. */
  cpuMs: number;
  /** Whether API4.ai was asked: each call costs. */
  api4ai: "called" | "cached" | "none";
}

/** The notes of a photo of which nothing is known yet. */
export function emptyRunFacts(): RunFacts {
  return { sizeIn: null, cpuMs: 0, api4ai: "none" };
}
