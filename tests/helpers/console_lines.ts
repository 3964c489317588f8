const LEVELS = ["info", "warn", "error"] as const;

/** Keeps what is logged while it is in use, line by line, instead of printing it. */
export class ConsoleLines implements Disposable {
  readonly lines: string[] = [];
  readonly #originals = LEVELS.map((level) => console[level]);

  constructor() {
    for (const level of LEVELS) console[level] = (line: string) => void this.lines.push(line);
  }

  /** The lines as what they say. */
  get events(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line));
  }

  [Symbol.dispose](): void {
    LEVELS.forEach((level, index) => console[level] = this.#originals[index]);
  }
}
