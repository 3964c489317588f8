/** A table of results: the first column has names, the others have figures. */
export interface Table {
  title: string;
  /** Explanation of the table, as sentences. */
  note?: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** Formats a table as Markdown, with aligned columns for terminals. */
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

/** Formats a figure as an integer. */
export function integer(value: number): string {
  return String(Math.round(value));
}

/** Formats a ratio with two decimals, such as `0.83x`. */
export function ratio(value: number): string {
  return `${value.toFixed(2)}x`;
}

/** Formats the comparison of a figure with its limit. */
export function atMost(value: number, limit: number): string {
  return value <= limit ? "ok" : "missed";
}
