/** A table of results: the first column names, the others hold figures. */
export interface Table {
  title: string;
  /** How to read it, as sentences. */
  note?: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** Draws a table as Markdown, its columns aligned so that it reads well in a terminal too. */
export function markdown({ title, note, columns, rows }: Table): string {
  const widths = columns.map((column, i) =>
    Math.max(3, column.length, ...rows.map((row) => row[i].length))
  );
  const line = (cells: readonly string[]): string =>
    `| ${
      cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join(
        " | ",
      )
    } |`;
  const rule = widths.map((width, i) => i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  const table = [line(columns), line(rule), ...rows.map(line)].join("\n");
  return `## ${title}\n\n${note ? `${note}\n\n` : ""}${table}\n`;
}

/** A time or another whole figure. */
export function whole(value: number): string {
  return String(Math.round(value));
}

/** A ratio to two decimals, such as `0.83x`. */
export function ratio(value: number): string {
  return `${value.toFixed(2)}x`;
}

/** A figure against the most that it may be. */
export function atMost(value: number, limit: number): string {
  return value <= limit ? "ok" : "missed";
}
