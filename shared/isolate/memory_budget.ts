/**
 * Bounds what the bodies of all requests of an isolate hold in memory together: each is within its own limit, but twenty
 * of them are not within an isolate's 256 MB.
 */
export class MemoryBudget {
  readonly #maxBytes: number;
  readonly #held = new Set<MemoryReservation>();

  /** @param maxBytes The bound, in bytes; `Infinity` for none. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Opens the account of one request's body. Dispose of it when nothing of the body is needed any more. */
  hold(): MemoryReservation {
    const body: MemoryReservation = new MemoryReservation(
      () => this.#held.size === 1 || this.#heldBytes() <= this.#maxBytes,
      () => this.#held.delete(body),
    );
    this.#held.add(body);
    return body;
  }

  #heldBytes(): number {
    return [...this.#held].reduce((sum, { bytes }) => sum + bytes, 0);
  }
}

/** What one request's body holds. */
export class MemoryReservation implements Disposable {
  readonly #fits: () => boolean;
  readonly #onDispose: () => void;
  #bytes = 0;
  #refused = false;

  /** Made by {@linkcode MemoryBudget.hold} only. */
  constructor(fits: () => boolean, onDispose: () => void) {
    this.#fits = fits;
    this.#onDispose = onDispose;
  }

  /** Memory that it holds, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there was no room for more. */
  get refused(): boolean {
    return this.#refused;
  }

  /**
   * Holds more.
   *
   * @param bytes How much, in bytes.
   * @returns Whether there is room for it. A body that is alone always has room: its own limit bounds it.
   */
  take(bytes: number): boolean {
    this.#bytes += bytes;
    if (this.#fits()) return true;
    this.#refused = true;
    return false;
  }

  /** Tells what is left of it, in bytes, once it has been read. */
  settle(bytes: number): void {
    this.#bytes = bytes;
  }

  [Symbol.dispose](): void {
    this.#onDispose();
  }
}
