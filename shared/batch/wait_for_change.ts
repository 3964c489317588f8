import type { Admission } from "../isolate/admission.ts";
import type { BatchStatus } from "./batch_store.ts";
import { AppError } from "../errors.ts";
import { pause } from "../lib/pause.ts";

/** What a caller waits for. */
export interface Wait {
  /** How long at most, in milliseconds. */
  ms: number;
  /** The count of changes that the caller knows; `null`: none. */
  since: number | null;
}

/** Longest wait, in seconds. */
const MAX_SECONDS = 25;

/** Time between two looks, in milliseconds, and the CPU of one. */
const LOOK_EVERY_MS = 750;
const LOOK_MS = 2;

/** @throws {AppError} `invalid_request` for a `wait` or `since` that is none */
export function readWait({ url }: Request): Wait {
  const query = new URL(url).searchParams;
  const seconds = wholeNumber(query, "wait", MAX_SECONDS) ?? 0;
  return { ms: seconds * 1_000, since: wholeNumber(query, "since", Number.MAX_SAFE_INTEGER) };
}

/**
 * Waits until a batch has changed: since what the caller knows, or since now. One that has ended is not waited for by who does
 * not know of it.
 *
 * @param look Looks at it; see `BatchStore.status`.
 * @param wait For what.
 * @param admission Where the CPU is accounted; an isolate that has none left ends the wait.
 * @param signal Ends it too.
 * @returns The batch as it is then; `null` if there is none.
 * @throws what `look` throws, or what the signal was aborted with
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
    const isOver = performance.now() + LOOK_EVERY_MS > until || !admission.charge(LOOK_MS);
    if (isOver) break;
    await pause(LOOK_EVERY_MS, signal);
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
