import type { Board } from "./board.ts";
import { failureTable, printable } from "./failure_table.ts";
import { DENO_TASK } from "../deno_task.ts";

/**
 * Summarizes watched batches: the counts, the warnings, where the pictures are, and a table of the failures.
 *
 * @param results The file with the addresses of all pictures; unset if there is none.
 */
export function summary(board: Board, results?: string): string {
  const { total, succeeded, failed, cancelled } = board.counts;
  const parts = [`${succeeded} succeeded`, `${failed} failed`];
  if (cancelled > 0) parts.push(`${cancelled} cancelled`);
  const lines = [`${total === 1 ? "1 photo" : `${total} photos`}: ${parts.join(", ")}.`];
  if (board.simulated > 0) lines.push(`${board.simulated} cut out by a simulator, not by API4.ai.`);
  for (const [code, photos] of board.warnings) {
    lines.push(`${photos} with the warning ${printable(code)}.`);
  }
  for (const { state, error } of board.webhooks) {
    lines.push(`Webhook: ${printable(state)}${error ? ` (${printable(error)})` : ""}.`);
  }
  lines.push(...whereabouts(board, results));
  if (failed > 0) {
    lines.push("", failureTable(board.failures), "");
    const ids = board.failedBatches.join(" ");
    lines.push(`To try these again: ${DENO_TASK} batch --requeue ${ids}`);
  }
  return lines.join("\n");
}

/** Says where the pictures are, if there are any. */
function whereabouts(board: Board, results?: string): string[] {
  const [first] = board.items.flatMap(({ storage_urls }) => Object.values(storage_urls ?? {}));
  if (first === undefined) return [];
  const all = results
    ? `The addresses of all pictures are in ${results}.`
    : `To write the addresses of all pictures to a file: ${DENO_TASK} batch --attach ` +
      `${board.ids.join(" ")} --results pictures.jsonl`;
  return [`The pictures are in Storage, such as ${first}`, all];
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
