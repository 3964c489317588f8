import type { HttpContext } from "../http/context.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { BatchStatus } from "./batch_store.ts";
import { AppError } from "../errors.ts";
import { type BatchDeps, orUnavailable, startWorkers } from "./batch_deps.ts";
import type { Caller } from "../http/auth/caller.ts";
import { checkReadable } from "./check_readable.ts";
import type { BatchReply } from "./batch_reply_schema.ts";
import { requeueSchema } from "./batch_schemas.ts";
import { SETTINGS_BOUNDS } from "../http/json_body.ts";
import { readJson } from "../http/read_json.ts";
import { readWait, waitForChange } from "./wait_for_change.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Answers `GET /process-image/batch/{id}`; with `?wait=N`, once the batch has changed or after N seconds.
 *
 * @returns The answer, or `invalid_request`, `batch_not_found`, `queue_unavailable`.
 */
export async function showBatch(c: HttpContext, deps: BatchDeps): Promise<Result<Response>> {
  const wait = readWait(c.req.raw);
  if (!wait.ok) return wait;
  const id = readId(c);
  if (!id.ok) return id;
  const read = (since: number | null) => orUnavailable(deps.batchStore.status(id.value, since));
  const { admission } = deps.process;
  const status = await waitForChange(read, wait.value, admission, c.req.raw.signal);
  if (!status.ok) return status;
  if (status.value === null) return fail(notFound(id.value));
  const isKnown = wait.value.since !== null && status.value.changes === wait.value.since;
  return ok(respond(c, id.value, status.value, deps, isKnown));
}

/**
 * Answers `DELETE /process-image/batch/{id}`: cancels the items that have not begun.
 *
 * @returns The answer, or `batch_not_found`, `queue_unavailable`.
 */
export async function cancelBatch(c: HttpContext, deps: BatchDeps): Promise<Result<Response>> {
  const id = readId(c);
  if (!id.ok) return id;
  const cancelled = await orUnavailable(deps.batchStore.cancel(id.value));
  if (!cancelled.ok) return cancelled;
  if (!cancelled.value) return fail(notFound(id.value));
  // The end of the batch can make a webhook due.
  startWorkers(1, deps);
  return await respondNow(c, id.value, deps);
}

/**
 * Answers `POST /process-image/batch/{id}/requeue`: queues failed items again.
 *
 * @returns The answer, or `readJson`'s errors, `batch_not_found`, `source_not_found`, `queue_unavailable`.
 */
export async function requeueBatch(c: HttpContext, deps: BatchDeps): Promise<Result<Response>> {
  const body = await readJson(c.req.raw, requeueSchema(), SETTINGS_BOUNDS, { empty: {} });
  if (!body.ok) return body;
  const id = readId(c);
  if (!id.ok) return id;
  const { positions = null } = body.value;
  const checked = await checkFailures(c.var.caller, id.value, positions, deps);
  if (!checked.ok) return checked;
  const count = await orUnavailable(deps.batchStore.requeue(id.value, checked.value));
  if (!count.ok) return count;
  if (count.value === null) return fail(notFound(id.value));
  startWorkers(count.value, deps);
  return await respondNow(c, id.value, deps);
}

/**
 * Checks that a user may read the photos to requeue: the batch's creator may have had other rights.
 *
 * @param positions The items' positions; `null` for all.
 * @returns The positions of the failed items among them; for a server, the given positions.
 */
async function checkFailures(
  caller: Caller,
  batchId: string,
  positions: number[] | null,
  deps: BatchDeps,
): Promise<Result<number[] | null>> {
  if (caller.kind === "server") return ok(positions);
  const status = await readStatus(batchId, deps);
  if (!status.ok) return status;
  const failed = status.value.items.filter(({ state, position }) =>
    state === "failed" && (positions?.includes(position) ?? true)
  );
  const readable = await checkReadable(caller, failed, deps);
  return readable.ok ? ok(failed.map(({ position }) => position)) : readable;
}

async function readStatus(batchId: string, deps: BatchDeps): Promise<Result<BatchStatus>> {
  const status = await orUnavailable(deps.batchStore.status(batchId, null));
  if (!status.ok) return status;
  const { value } = status;
  return value === null || value === "unchanged" ? fail(notFound(batchId)) : ok(value);
}

async function respondNow(
  c: HttpContext,
  batchId: string,
  deps: BatchDeps,
): Promise<Result<Response>> {
  const status = await readStatus(batchId, deps);
  return status.ok ? ok(respond(c, batchId, status.value, deps)) : status;
}

/** @param isKnown Whether the caller already knows this state. */
function respond(
  { var: { requestId } }: HttpContext,
  batchId: string,
  { batch, counts, items, changes }: BatchStatus,
  { process: { admission } }: BatchDeps,
  isKnown = false,
): Response {
  admission.charge(TASK_MS.batch.each + TASK_MS.batch.perItem * items.length);
  const { state, created_at, not_before, finished_at, webhook } = batch;
  const reply: BatchReply = {
    batch_id: batchId,
    state,
    counts,
    items: isKnown ? [] : items.map(itemReply),
    ...{ changes, created_at, not_before, finished_at, webhook },
    request_id: requestId,
  };
  return Response.json(reply, { headers: { "cache-control": "no-store" } });
}

function itemReply(item: BatchStatus["items"][number]): BatchReply["items"][number] {
  const { position, bucket, path, settings, state, tries, error, result } = item;
  return {
    position,
    storage_path: { bucket, path },
    filename: typeof settings.filename === "string" ? settings.filename : null,
    state,
    tries,
    ...(error && { error }),
    ...result,
  };
}

/** Reads the path's id. One that is not a UUID would be an error of the database. */
function readId(c: HttpContext): Result<string> {
  const id = c.req.param("id")!;
  return UUID.test(id) ? ok(id) : fail(notFound(id));
}

function notFound(batchId: string): AppError {
  const id = batchId.slice(0, 40);
  return new AppError("batch_not_found", `There is no batch "${id}". It may have been deleted.`);
}
