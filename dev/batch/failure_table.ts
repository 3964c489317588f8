/** A failed photo. */
export interface Failure {
  /** The photo's file name, or its path in Storage. */
  photo: string;
  code: string;
  message: string;
  /** Number of tries. */
  tries: number;
}

/** Formats the failures as a table, one line each, with a header. */
export function failureTable(failures: readonly Failure[]): string {
  const rows = [
    ["photo", "tries", "code", "message"],
    ...failures.map(({ photo, tries, code, message }) => [photo, String(tries), code, message]),
  ].map((cells) => cells.map(printable));
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows.map((cells) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()
  ).join("\n");
}

/** Replaces control characters, which could move the terminal's cursor. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex -- the expression replaces control characters
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ");
}
