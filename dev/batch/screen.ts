/** Where a screen writes. */
export interface ScreenOptions {
  write: (text: string) => void;
  /** Characters in a line of the terminal; `null` where there is none. */
  columns: () => number | null;
  /** The time, in milliseconds. */
  now: () => number;
}

/** How often a line of progress is written where there is no terminal, in milliseconds. */
const LINE_EVERY_MS = 30_000;

/** Characters of a line where there is no terminal. */
const LINE_COLUMNS = 100;

/** Shows progress: as one line that is drawn again and again in a terminal, as a line now and then elsewhere. */
export class Screen {
  readonly #options: ScreenOptions;
  /** What stands in the terminal's last line. */
  #drawn = "";
  #lastLineAtMs = -Infinity;

  constructor(options: ScreenOptions) {
    this.#options = options;
  }

  /**
   * Shows how far it is.
   *
   * @param line Makes the line for so many characters.
   */
  progress(line: (columns: number) => string): void {
    const { write, columns, now } = this.#options;
    const width = columns();
    if (width === null) {
      if (now() - this.#lastLineAtMs < LINE_EVERY_MS) return;
      this.#lastLineAtMs = now();
      write(`${line(LINE_COLUMNS)}\n`);
      return;
    }
    // A line as long as the terminal is wide would begin a new one.
    const text = line(width - 1);
    if (text === this.#drawn) return;
    write(`\r${text}\x1b[K`);
    this.#drawn = text;
  }

  /** Writes lines that stay, above the progress. */
  say(text: string): void {
    const { write } = this.#options;
    write(this.#drawn === "" ? `${text}\n` : `\r\x1b[K${text}\n${this.#drawn}`);
  }

  /** Lets what the progress says at last stay. */
  settle(line?: (columns: number) => string): void {
    if (line) {
      this.#lastLineAtMs = -Infinity;
      this.progress(line);
    }
    if (this.#drawn !== "") this.#options.write("\n");
    this.#drawn = "";
    this.#lastLineAtMs = -Infinity;
  }
}
