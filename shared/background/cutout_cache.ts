/** A cache of cutouts by path. Its methods throw if the cache cannot be reached or takes too long. */
export interface CutoutCache {
  /**
   * @param path The cutout's path.
   * @param signal Aborts the call.
   * @returns The stored encoded image, or `null`.
   */
  find(path: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Stores an encoded image and replaces an existing one. */
  keep(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Deletes the image, if there is one. */
  drop(path: string): Promise<void>;
}
