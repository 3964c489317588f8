/** Options of a screen. */
export interface ScreenOptions {
  write: (text: string) => void;
  /** Returns the terminal's width; `null` without a terminal. */
  columns: () => number | null;
  /** Returns the time, in milliseconds. */
  now: () => number;
}

/** Interval of progress lines without a terminal, in milliseconds. */
const LINE_EVERY_MS = 30_000;

/** Width of lines without a terminal. */
const LINE_COLUMNS = 100;

/** Shows progress: in a terminal as one line that is redrawn, elsewhere as a line from time to time. */
export class Screen {
  readonly #options: ScreenOptions;
  /** Content of the terminal's last line. */
  #drawn = "";
  #lastLineAtMs = -Infinity;

  constructor(options: ScreenOptions) {
    this.#options = options;
  }

  /**
   * Shows the progress.
   *
   * @param line Formats the line for a width.
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
    // A line of the terminal's full width would start a new one.
    const text = line(width - 1);
    if (text === this.#drawn) return;
    write(`\r${text}\x1b[K`);
    this.#drawn = text;
  }

  /** Writes permanent lines above the progress. */
  say(text: string): void {
    const { write } = this.#options;
    write(this.#drawn === "" ? `${text}\n` : `\r\x1b[K${text}\n${this.#drawn}`);
  }

  /** Makes the last progress line permanent. */
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
