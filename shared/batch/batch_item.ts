/** A batch item that a worker has taken. It belongs to this worker until its visibility passes. */
export interface TakenItem {
  /** Id of its message in the queue. */
  messageId: number;
  batchId: string;
  /** Its place in the batch, from 0. */
  position: number;
  /** Number of this take, which only grows: only the worker that took the item last may report on it. */
  attempt: number;
  /** Number of this try, 1 to 5. */
  tries: number;
  /** Bucket of the photo in Storage. */
  bucket: string;
  path: string;
  /** Processing settings, as validated when the batch was created. */
  settings: Record<string, unknown>;
}

/** Outcome of an item. */
export type ItemOutcome =
  /** @property result Addresses, metadata and warnings, as JSON. */
  | { kind: "done"; result: Record<string, unknown> }
  /** @property retryable Whether another try may succeed. */
  | { kind: "failed"; error: { code: string; message: string }; retryable: boolean }
  /**
   * This isolate has no room for the item, or not for all of it.
   *
   * @property hasProgressed Whether a part of the work is done and kept.
   */
  | { kind: "no_room"; hasProgressed: boolean };
