import type { HttpContext } from "../http/context.ts";
import { ok, type Result } from "../lib/result.ts";
import type { BatchStatus } from "./batch_store.ts";
import { AppError } from "../errors.ts";
import { asked, type BatchDeps, startWorkers } from "./batch_deps.ts";
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
 * @throws {AppError} `authenticate`'s errors, `invalid_request`, `batch_not_found`, `queue_unavailable`
 */
export async function showBatch(
  c: HttpContext,
  deps: BatchDeps,
): Promise<Result<Response>> {
  const batchId = c.req.param("id")!;
  const { requestId } = c.var;
  const request = c.req.raw;
  const wait = readWait(request);
  checkId(batchId);
  const look = (since: number | null) => asked(deps.batchStore.status(batchId, since));
  const status = await waitForChange(look, wait, deps.process.admission, request.signal);
  const isKnown = wait.since !== null && status?.changes === wait.since;
  return ok(respond(batchId, known(batchId, status), requestId, deps, isKnown));
}

/**
 * Answers `DELETE /process-image/batch/{id}`: cancels the items that have not begun.
 *
 * @throws {AppError} `authenticate`'s errors, `batch_not_found`, `queue_unavailable`
 */
export async function cancelBatch(
  c: HttpContext,
  deps: BatchDeps,
): Promise<Result<Response>> {
  const batchId = c.req.param("id")!;
  const { requestId } = c.var;
  checkId(batchId);
  known(batchId, await asked(deps.batchStore.cancel(batchId)) || null);
  // The end of the batch can make a webhook due.
  startWorkers(1, deps);
  return ok(await respondNow(batchId, requestId, deps));
}

/**
 * Answers `POST /process-image/batch/{id}/requeue`: queues failed items again.
 *
 * @throws {AppError} `authenticate`'s and `readJson`'s errors, `batch_not_found`, `source_not_found`, `queue_unavailable`
 */
export async function requeueBatch(
  c: HttpContext,
  deps: BatchDeps,
): Promise<Result<Response>> {
  const batchId = c.req.param("id")!;
  const { caller, requestId } = c.var;
  const request = c.req.raw;
  const body = await readJson(request, requeueSchema(), SETTINGS_BOUNDS, {});
  if (!body.ok) throw body.error;
  checkId(batchId);
  const { positions = null } = body.value;
  const checked = caller.kind === "server"
    ? positions
    : await checkFailures(caller, batchId, positions, deps);
  const count = known(batchId, await asked(deps.batchStore.requeue(batchId, checked)));
  startWorkers(count, deps);
  return ok(await respondNow(batchId, requestId, deps));
}

/**
 * Checks that a user may read the photos to requeue: the batch's creator may have had other rights.
 *
 * @param positions The items' positions; `null` for all.
 * @returns The positions of the failed items among them.
 */
async function checkFailures(
  caller: Caller,
  batchId: string,
  positions: number[] | null,
  deps: BatchDeps,
): Promise<number[]> {
  const status = await asked(deps.batchStore.status(batchId, null));
  const { items } = known(batchId, status === "unchanged" ? null : status);
  const failed = items.filter(({ state, position }) =>
    state === "failed" && (positions?.includes(position) ?? true)
  );
  await checkReadable(caller, failed, deps);
  return failed.map(({ position }) => position);
}

async function respondNow(
  batchId: string,
  requestId: string,
  deps: BatchDeps,
): Promise<Response> {
  const status = await asked(deps.batchStore.status(batchId, null));
  return respond(batchId, known(batchId, status === "unchanged" ? null : status), requestId, deps);
}

/** @param isKnown Whether the caller already knows this state. */
function respond(
  batchId: string,
  { batch, counts, items, changes }: BatchStatus,
  requestId: string,
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

/** Rejects an id that is not a UUID, which the database would report as an error of its own. */
function checkId(batchId: string): void {
  known(batchId, UUID.test(batchId) || null);
}

function known<T>(batchId: string, value: T | null): T {
  if (value !== null) return value;
  const id = batchId.slice(0, 40);
  throw new AppError("batch_not_found", `There is no batch "${id}". It may have been dropped.`);
}
