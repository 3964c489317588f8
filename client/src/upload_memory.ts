import { clock } from "./clock.ts";

/** The used part of a browser's `localStorage`. */
interface LocalStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Time for which Storage keeps an unfinished upload, in milliseconds: a day. */
const KEPT_MS = 86_400_000;

/**
 * Remembers the address of an upload, so that the upload continues after a reload of the page. Without a `localStorage`
 * (Node, private windows) it remembers nothing.
 */
export class UploadMemory {
  readonly #key: string;

  /** @param target The bucket's address and the path, which always holds the same file. */
  constructor(target: string) {
    this.#key = `process-image-upload:${target}`;
  }

  /** Returns the address of an unfinished upload; `null` if there is none. */
  recall(): string | null {
    return this.#withStorage((storage) => {
      const [url, until] = JSON.parse(storage.getItem(this.#key) ?? "[]");
      return typeof url === "string" && until > clock.now() ? url : null;
    });
  }

  /** Keeps the address for a day. */
  keep(url: string): void {
    this.#withStorage((storage) =>
      storage.setItem(this.#key, JSON.stringify([url, clock.now() + KEPT_MS]))
    );
  }

  forget(): void {
    this.#withStorage((storage) => storage.removeItem(this.#key));
  }

  /** Uses the `localStorage`. It may be forbidden, full or hold invalid values; no upload fails for that. */
  #withStorage<T>(use: (storage: LocalStorage) => T): T | null {
    try {
      const { localStorage } = globalThis as { localStorage?: LocalStorage };
      return localStorage ? use(localStorage) : null;
    } catch {
      return null;
    }
  }
}
