/** A photo of a batch that a worker has taken: it is this worker's until its visibility passes. */
export interface TakenItem {
  /** The queue's message. */
  messageId: number;
  batchId: string;
  /** Its place in the batch, from 0. */
  position: number;
  /** Tells this taking from any other of the item: only whoever took it last may report on it. */
  attempt: number;
  /** Which try this is, from 1 to 5. */
  tries: number;
  /** Where the photo lies in Storage. */
  bucket: string;
  path: string;
  /** What was asked for it, as it was checked when the batch was made. */
  settings: Record<string, unknown>;
}

/** What became of an item. */
export type ItemOutcome =
  /** @property result Addresses, metadata and warnings, as JSON. */
  | { kind: "done"; result: Record<string, unknown> }
  /** @property retryable Whether another try may succeed. */
  | { kind: "failed"; error: { code: string; message: string }; retryable: boolean }
  /** Nothing was done: this isolate has no room for it. */
  | { kind: "no_room" };
