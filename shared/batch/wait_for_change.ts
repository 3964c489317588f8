import type { Admission } from "../isolate/admission.ts";
import type { BatchStatus } from "./batch_store.ts";
import { AppError } from "../errors.ts";
import { pause } from "../lib/pause.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/** A caller's wait for a change. */
export interface Wait {
  /** Longest wait, in milliseconds. */
  ms: number;
  /** The count of changes that the caller knows; `null`: none. */
  since: number | null;
}

/** Longest wait, in seconds. */
const MAX_SECONDS = 25;

/** Time between two checks, in milliseconds. */
const CHECK_EVERY_MS = 750;

/** Reads `wait` and `since` from the query. @throws {AppError} `invalid_request` for an invalid value */
export function readWait({ url }: Request): Wait {
  const query = new URL(url).searchParams;
  const seconds = wholeNumber(query, "wait", MAX_SECONDS) ?? 0;
  return { ms: seconds * 1_000, since: wholeNumber(query, "since", Number.MAX_SAFE_INTEGER) };
}

/**
 * Waits until a batch has changed since the state that the caller knows, or since now. A caller that knows no state does
 * not wait for a batch that has ended.
 *
 * @param look Reads the batch; see `BatchStore.status`.
 * @param wait The caller's wait.
 * @param admission Accounts for the CPU; an isolate without CPU ends the wait.
 * @param signal Aborts the wait.
 * @returns The batch's state at the end of the wait; `null` if there is no such batch.
 * @throws {unknown} The error of `look`, or the signal's reason.
 */
export async function waitForChange(
  look: (since: number | null) => Promise<BatchStatus | "unchanged" | null>,
  { ms, since }: Wait,
  admission: Admission,
  signal: AbortSignal,
): Promise<BatchStatus | null> {
  const until = performance.now() + ms;
  let latest: BatchStatus | undefined;
  for (;;) {
    const status = await look(latest?.changes ?? since);
    if (status === null) return null;
    if (status !== "unchanged") {
      const isChange = since !== null || latest !== undefined;
      if (isChange || status.batch.finished_at !== null) return status;
      latest = status;
    }
    const isOver = performance.now() + CHECK_EVERY_MS > until || !admission.charge(TASK_MS.change);
    if (isOver) break;
    await pause(CHECK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
  if (latest) return latest;
  const status = await look(null);
  return status === "unchanged" ? null : status;
}

function wholeNumber(query: URLSearchParams, field: string, most: number): number | null {
  const text = query.get(field);
  if (text === null) return null;
  const number = Number(text);
  if (/^\d{1,16}$/.test(text) && number <= most) return number;
  const expected = most === MAX_SECONDS
    ? `whole number of seconds between 0 and ${most}`
    : "whole number, the changes of an answer before";
  const received = text.slice(0, 60);
  const message = `Expected ${expected} for ${field} but received "${received}".`;
  throw new AppError("invalid_request", message, { details: { field, expected, received } });
}
