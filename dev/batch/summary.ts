import type { Board } from "./board.ts";
import { failureTable, printable } from "./failure_table.ts";

/** Summarizes watched batches: the counts, the warnings, and a table of the failures. */
export function summary(board: Board): string {
  const { total, succeeded, failed, cancelled } = board.counts;
  const parts = [`${succeeded} succeeded`, `${failed} failed`];
  if (cancelled > 0) parts.push(`${cancelled} cancelled`);
  const lines = [`${total === 1 ? "1 photo" : `${total} photos`}: ${parts.join(", ")}.`];
  for (const [code, photos] of board.warnings) {
    lines.push(`${photos} with the warning ${printable(code)}.`);
  }
  for (const { state, error } of board.webhooks) {
    lines.push(`Webhook: ${printable(state)}${error ? ` (${printable(error)})` : ""}.`);
  }
  if (failed > 0) {
    lines.push("", failureTable(board.failures), "");
    const ids = board.failedBatches.join(" ");
    lines.push(`To try these again: deno task batch --requeue ${ids}`);
  }
  return lines.join("\n");
}

/** Formats one line of JSON per photo: `photo`, `state`, and `storage_urls` or `error`. */
export function resultLines(board: Board): string {
  return board.items.map((item) => {
    const { state, storage_urls, error, warnings } = item;
    const line = {
      photo: board.photoOf(item),
      state,
      ...(storage_urls && { storage_urls }),
      ...(warnings?.length && { warnings: warnings.map(({ code }) => code) }),
      ...(state === "failed" && error && { error }),
    };
    return `${JSON.stringify(line)}\n`;
  }).join("");
}
