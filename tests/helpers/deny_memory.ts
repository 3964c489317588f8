/** While it is in use, no WASM engine gets more memory than a number of times: what is left of 4 GB, so to speak. */
export class DeniedMemory implements Disposable {
  readonly #grow = WebAssembly.Memory.prototype.grow;
  /** How often memory was refused. */
  refusals = 0;

  /** @param grants How often memory may still grow. @default 0 */
  constructor(grants = 0) {
    const grow = this.#grow;
    const refuse = () => {
      this.refusals++;
      throw new RangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded");
    };
    WebAssembly.Memory.prototype.grow = function (pages) {
      return grants-- > 0 ? grow.call(this, pages) : refuse();
    };
  }

  [Symbol.dispose](): void {
    WebAssembly.Memory.prototype.grow = this.#grow;
  }
}

/** Keeps from the terminal what is printed meanwhile: engines that crash print a lot. Returns it, line by line. */
export class SilentErrors implements Disposable {
  readonly lines: string[] = [];
  readonly #error = console.error;

  constructor() {
    console.error = (...parts: unknown[]) => this.lines.push(parts.map(String).join(" "));
  }

  [Symbol.dispose](): void {
    console.error = this.#error;
  }
}
