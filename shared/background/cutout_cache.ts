/** Where cutouts are kept, by paths. Its methods throw if it can not be asked, or takes too long. */
export interface CutoutCache {
  /**
   * @param path Which one.
   * @param signal Aborts the call.
   * @returns The encoded image as it was kept, or `null`.
   */
  find(path: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Keeps an encoded image, in place of what is there. */
  keep(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Forgets what is there, if anything is. */
  drop(path: string): Promise<void>;
}
