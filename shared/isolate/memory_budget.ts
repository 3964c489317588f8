/**
 * Bounds the memory that the bodies of all requests of an isolate hold together. Each body keeps its own limit, but
 * twenty of them exceed an isolate's 256 MB.
 */
export class MemoryBudget {
  readonly #maxBytes: number;
  readonly #reservations = new Set<MemoryReservation>();

  /** @param maxBytes The bound, in bytes; `Infinity` for none. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Opens one request's memory reservation. Dispose of it when the body is no longer needed. */
  reserve(): MemoryReservation {
    const reservation: MemoryReservation = new MemoryReservation(
      () => this.#reservations.size === 1 || this.#reservedBytes() <= this.#maxBytes,
      () => this.#reservations.delete(reservation),
    );
    this.#reservations.add(reservation);
    return reservation;
  }

  #reservedBytes(): number {
    return [...this.#reservations].reduce((sum, { bytes }) => sum + bytes, 0);
  }
}

/** The memory that one request's body holds. */
export class MemoryReservation implements Disposable {
  readonly #fits: () => boolean;
  readonly #onDispose: () => void;
  #bytes = 0;
  #refused = false;

  /** {@linkcode MemoryBudget.reserve} makes reservations. */
  constructor(fits: () => boolean, onDispose: () => void) {
    this.#fits = fits;
    this.#onDispose = onDispose;
  }

  /** The reserved memory, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the budget had no room for more. */
  get refused(): boolean {
    return this.#refused;
  }

  /**
   * Reserves more.
   *
   * @param bytes The additional memory, in bytes.
   * @returns Whether the budget has room for it. A single body always has room: its own limit bounds it.
   */
  grow(bytes: number): boolean {
    this.#bytes += bytes;
    if (this.#fits()) return true;
    this.#refused = true;
    return false;
  }

  /** Reduces the reservation to this size, in bytes. */
  shrinkTo(bytes: number): void {
    this.#bytes = bytes;
  }

  [Symbol.dispose](): void {
    this.#onDispose();
  }
}
