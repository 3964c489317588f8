/** A photo of which nothing came. */
export interface Failure {
  /** The photo's file, or where it is in Storage. */
  photo: string;
  code: string;
  message: string;
  /** How often it was tried. */
  tries: number;
}

/** The table of what failed, one line each, with a line of titles. */
export function failureTable(failures: readonly Failure[]): string {
  const rows = [
    ["photo", "tries", "code", "what is wrong"],
    ...failures.map(({ photo, tries, code, message }) => [photo, String(tries), code, message]),
  ].map((cells) => cells.map(printable));
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows.map((cells) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()
  ).join("\n");
}

/** A file's name may hold what would move the terminal's cursor. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what is replaced
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ");
}
