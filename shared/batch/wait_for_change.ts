import type { Admission } from "../isolate/admission.ts";
import type { BatchStatus } from "./batch_store.ts";
import { AppError } from "../errors.ts";
import { fail, ok, type Result } from "../lib/result.ts";
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

/** Reads `wait` and `since` from the query. @returns The wait, or `invalid_request` for an invalid value. */
export function readWait({ url }: Request): Result<Wait> {
  const query = new URL(url).searchParams;
  const seconds = readInteger(query, "wait", MAX_SECONDS);
  if (!seconds.ok) return seconds;
  const since = readInteger(query, "since", Number.MAX_SAFE_INTEGER);
  return since.ok ? ok({ ms: (seconds.value ?? 0) * 1_000, since: since.value }) : since;
}

/**
 * Waits until a batch has changed since the state that the caller knows, or since now. A caller that knows no state does
 * not wait for a batch that has ended.
 *
 * @param read Reads the batch; see `BatchStore.status`.
 * @param wait The caller's wait.
 * @param admission Accounts for the CPU; an isolate without CPU ends the wait.
 * @param signal Aborts the wait.
 * @returns The batch's state at the end of the wait, `null` if there is no such batch, or the error of `read`.
 * @throws {unknown} The signal's reason.
 */
export async function waitForChange(
  read: (since: number | null) => Promise<Result<BatchStatus | "unchanged" | null>>,
  { ms, since }: Wait,
  admission: Admission,
  signal: AbortSignal,
): Promise<Result<BatchStatus | null>> {
  const until = performance.now() + ms;
  let latest: BatchStatus | undefined;
  for (;;) {
    const answer = await read(latest?.changes ?? since);
    if (!answer.ok) return answer;
    const status = answer.value;
    if (status === null) return ok(null);
    if (status !== "unchanged") {
      const isChange = since !== null || latest !== undefined;
      if (isChange || status.batch.finished_at !== null) return ok(status);
      latest = status;
    }
    const isOver = performance.now() + CHECK_EVERY_MS > until || !admission.charge(TASK_MS.change);
    if (isOver) break;
    await pause(CHECK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
  if (latest) return ok(latest);
  const answer = await read(null);
  if (!answer.ok) return answer;
  return ok(answer.value === "unchanged" ? null : answer.value);
}

function readInteger(query: URLSearchParams, field: string, max: number): Result<number | null> {
  const text = query.get(field);
  if (text === null) return ok(null);
  const number = Number(text);
  if (/^\d{1,16}$/.test(text) && number <= max) return ok(number);
  const expected = max === MAX_SECONDS
    ? `a whole number of seconds between 0 and ${max}`
    : 'a whole number, the "changes" of an earlier answer';
  const received = text.slice(0, 60);
  const message = `Expected ${expected} for ${field} but received "${received}".`;
  return fail(new AppError("invalid_request", message, { details: { field, expected, received } }));
}
