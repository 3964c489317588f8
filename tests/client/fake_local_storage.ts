/** A fake `localStorage`, until it is disposed of. */
export class FakeLocalStorage {
  readonly items = new Map<string, string>();
  readonly #real = Object.getOwnPropertyDescriptor(globalThis, "localStorage")!;

  constructor() {
    Object.defineProperty(globalThis, "localStorage", {
      value: this,
      configurable: true,
    });
  }

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }

  [Symbol.dispose](): void {
    Object.defineProperty(globalThis, "localStorage", this.#real);
  }
}
