import type { ProcessedPhoto } from "./process_photo.ts";

/** Describes a photo's result: a table of the variants, the time of each step, warnings. */
export function report({ photo, originalSize, background, ...result }: ProcessedPhoto): string {
  const removal = background.removed
    ? `background removed by ${background.provider}`
    : "background not removed";
  const rows = result.variants.map(({ name, widthPx, heightPx, file, url }) => [
    name,
    `${widthPx} x ${heightPx}`,
    file.length.toLocaleString("en"),
    url,
  ]);
  const { total = 0, background: waited = 0 } = result.timingsMs;
  const steps = Object.entries(result.timingsMs).map(([step, ms]) => `${step} ${Math.round(ms)}`);
  return [
    `${photo}: ${originalSize.join(" x ")}, ${removal}`,
    table([["variant", "size", "bytes", "storage URL"], ...rows]),
    `  time in ms: ${steps.join(", ")} (${Math.round(total - waited)} without the background step)`,
    ...result.warnings.map(({ code, message }) => `  warning ${code}: ${message}`),
  ].join("\n");
}

function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      "  " + row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd()
    )
    .join("\n");
}
