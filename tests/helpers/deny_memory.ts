/** Limits how often the memory of WASM engines grows, until it is disposed of, as if their 4 GB were almost used up. */
export class DeniedMemory implements Disposable {
  readonly #grow = WebAssembly.Memory.prototype.grow;
  /** The number of refusals. */
  refusals = 0;

  /** @param grants The number of times that memory may still grow. @default 0 */
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

/** Collects the lines of `console.error` instead of printing them: engines that crash print a lot. */
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
