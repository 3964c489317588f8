const LEVELS = ["info", "warn", "error"] as const;

/** Collects log lines instead of printing them, until it is disposed of. */
export class ConsoleLines implements Disposable {
  readonly lines: string[] = [];
  readonly #originals = LEVELS.map((level) => console[level]);

  constructor() {
    for (const level of LEVELS) console[level] = (line: string) => void this.lines.push(line);
  }

  /** The lines as parsed objects. */
  get events(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line));
  }

  [Symbol.dispose](): void {
    LEVELS.forEach((level, index) => console[level] = this.#originals[index]);
  }
}
