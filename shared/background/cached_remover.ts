import { sha256 } from "../lib/sha256.ts";
import type { BackgroundRemover } from "./cutout.ts";
import type { CutoutCache } from "./cutout_cache.ts";
import { type HeldCutout, Inquiry } from "./inquiry.ts";
import { SharedCutout } from "./shared_cutout.ts";

/**
 * Raised when what has been kept must not be used any more: API4.ai answers the same mode differently, or something else
 * than its image is kept. What is sent (its size, its quality) and the mode are in the path already.
 */
const VERSION = "v1";

/**
 * A remover whose cutouts are kept: the same photo is asked for once. Two who want it at the same moment share a call.
 *
 * A photo is known by the JPEG that is sent, which is the same for the same file, and for files that differ in what is not
 * sent only, such as EXIF data.
 */
export class CachedRemover {
  readonly #remover: BackgroundRemover;
  readonly #cache: CutoutCache | undefined;
  readonly #shared = new Map<string, { cutout: SharedCutout; holders: number }>();

  /**
   * @param remover Who is asked for what is not kept yet.
   * @param cache Where cutouts are kept; unset: nowhere, and nothing is shared.
   */
  constructor(remover: BackgroundRemover, cache?: CutoutCache) {
    this.#remover = remover;
    this.#cache = cache;
  }

  get provider(): string {
    return this.#remover.provider;
  }

  get variant(): string {
    return this.#remover.variant;
  }

  /** Finds out early whether the remover can be asked; see {@linkcode BackgroundRemover.prepare}. */
  prepare(): void {
    this.#remover.prepare?.();
  }

  /**
   * Begins to want a photo's cutout. Dispose of it when that is over.
   *
   * @param photo A JPEG, upright.
   */
  inquire(photo: Uint8Array<ArrayBuffer>): Inquiry {
    return new Inquiry(() => this.#hold(photo));
  }

  async #hold(photo: Uint8Array<ArrayBuffer>): Promise<HeldCutout> {
    if (!this.#cache) {
      const cutout = new SharedCutout(this.#remover, undefined, "", photo);
      return { cutout, hold: () => {}, letGo: () => {} };
    }
    // Hashes and fixed names only: Storage's client does not encode paths.
    const folder = `${VERSION}/${this.provider}-${this.variant}`;
    const path = `${folder}/${await sha256(photo)}.png`;
    const entry = this.#shared.get(path) ?? {
      cutout: new SharedCutout(this.#remover, this.#cache, path, photo),
      holders: 0,
    };
    this.#shared.set(path, entry);
    const hold = () => void entry.holders++;
    const letGo = () => {
      if (--entry.holders === 0) this.#shared.delete(path);
    };
    hold();
    return { cutout: entry.cutout, hold, letGo };
  }
}
