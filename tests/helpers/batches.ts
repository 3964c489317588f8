import assert from "node:assert/strict";
import type { Stack } from "../../dev/stack.ts";
import { neverSeen } from "../../bench/send_photo.ts";
import {
  type BatchCreated,
  batchCreatedSchema,
  type BatchReply,
  batchReplySchema,
} from "../../shared/batch/batch_reply_schema.ts";
import { sendJson } from "./call.ts";
import { assertDocumented } from "./contract.ts";
import { storeOriginal } from "./store_original.ts";
import { until, within } from "./until.ts";

/** Stores distinct copies of a photo in the bucket of originals. @returns The items of a batch. */
export async function storeOriginals(
  stack: Stack,
  photo: Uint8Array<ArrayBuffer>,
  count: number,
): Promise<{ storage_path: { bucket: string; path: string } }[]> {
  const store = () => storeOriginal(stack, `${crypto.randomUUID()}.jpg`, neverSeen(photo));
  const items = [];
  for (let index = 0; index < count; index++) items.push({ storage_path: await store() });
  return items;
}

/** Sends a batch. */
export function sendBatch(
  { functionUrl, secretKey }: Stack,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return sendJson(`${functionUrl}/batch`, { apikey: secretKey, ...headers }, body);
}

/** Creates a batch. */
export async function makeBatch(
  stack: Stack,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<BatchCreated> {
  const response = await sendBatch(stack, body, headers);
  const text = await response.text();
  assert.equal(response.status, 202, text);
  assertDocumented(response, text);
  const created = batchCreatedSchema.parse(JSON.parse(text));
  assert.equal(created.status_url, `${stack.functionUrl}/batch/${created.batch_id}`);
  return created;
}

/** Requests a batch, or a resource below it. */
export function fetchBatch(
  { functionUrl, secretKey }: Stack,
  path: string,
  method = "GET",
): Promise<Response> {
  const url = `${functionUrl}/batch/${path}`;
  return within(fetch(url, { method, headers: { apikey: secretKey } }), `an answer of ${url}`);
}

/** Reads a batch's state from a response. */
export async function batchOf(pending: Promise<Response>): Promise<BatchReply> {
  const response = await pending;
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assertDocumented(response, text);
  const reply = batchReplySchema.parse(JSON.parse(text));
  const { total, ...states } = reply.counts;
  assert.equal(Object.values(states).reduce((sum, count) => sum + count), total);
  return reply;
}

/** Maximum time without any change of a batch, in milliseconds. After it, the batch counts as stuck. */
const MAX_STILL_MS = 180_000;

/**
 * Waits until a batch fulfils a condition.
 *
 * @throws {DeadlineError} If the batch does not change for three minutes.
 */
export async function batchWhen(
  stack: Stack,
  batchId: string,
  isSo: (reply: BatchReply) => boolean,
): Promise<BatchReply> {
  let last = await batchOf(fetchBatch(stack, batchId));
  while (!isSo(last)) {
    const { changes } = last;
    await until(async () => {
      last = await batchOf(fetchBatch(stack, `${batchId}?wait=5&since=${changes}`));
      return isSo(last) || last.changes !== changes;
    }, MAX_STILL_MS);
  }
  return last;
}

/** Waits until a batch has ended. */
export function batchEnd(stack: Stack, batchId: string): Promise<BatchReply> {
  return batchWhen(stack, batchId, ({ finished_at }) => finished_at !== null);
}
