import { clock } from "./clock.ts";

/** A browser's `localStorage`, as far as it is used. */
interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** How long Storage keeps what was begun, in milliseconds: a day. */
const KEPT_MS = 86_400_000;

/**
 * Remembers where an upload was begun, so that it goes on there after the page was reloaded. Without a `localStorage` (Node, private
 * windows) nothing is remembered.
 */
export class UploadMemory {
  readonly #key: string;

  /** @param target The bucket's address and the path: what is uploaded there is always the same. */
  constructor(target: string) {
    this.#key = `process-image-upload:${target}`;
  }

  /** The address of an upload that was begun; `null` if there is none any more. */
  recall(): string | null {
    return this.#onShelf((shelf) => {
      const [url, until] = JSON.parse(shelf.getItem(this.#key) ?? "[]");
      return typeof url === "string" && until > clock.now() ? url : null;
    });
  }

  /** Keeps the address for a day. */
  keep(url: string): void {
    this.#onShelf((shelf) =>
      shelf.setItem(this.#key, JSON.stringify([url, clock.now() + KEPT_MS]))
    );
  }

  forget(): void {
    this.#onShelf((shelf) => shelf.removeItem(this.#key));
  }

  /** It may be forbidden, full, or hold anything: no upload fails for that. */
  #onShelf<T>(use: (shelf: Shelf) => T): T | null {
    try {
      const { localStorage } = globalThis as { localStorage?: Shelf };
      return localStorage ? use(localStorage) : null;
    } catch {
      return null;
    }
  }
}
