import type { HttpContext } from "../http/context.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { NewBatch } from "./batch_store.ts";
import { faultOfTarget } from "./webhook/webhook_target.ts";
import { AppError } from "../errors.ts";
import { sha256 } from "../lib/sha256.ts";
import type { Caller } from "../http/auth/caller.ts";
import { BATCH_BOUNDS, type BatchDeps, orUnavailable, startWorkers } from "./batch_deps.ts";
import type { BatchCreated } from "./batch_reply_schema.ts";
import { batchRequestSchema } from "./batch_schemas.ts";
import { checkReadable } from "./check_readable.ts";
import { readJson } from "../http/read_json.ts";
import { withDefaults } from "../photo/body/check_settings.ts";
import { checkVariants } from "../photo/presets/check_variants.ts";
import { type Looks, STANDARD_LOOKS } from "../photo/presets/preset.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * Answers `POST /process-image/batch` once the photos are in the queue.
 *
 * @returns The answer, or `readJson`'s errors, `source_forbidden`, `source_not_found`, `idempotency_conflict`,
 * `queue_unavailable`.
 */
export async function createBatch(
  { req: { raw: request }, var: { caller, requestId } }: HttpContext,
  deps: BatchDeps,
): Promise<Result<Response>> {
  const read = await readBatch(request, caller, deps);
  if (!read.ok) return read;
  const batch = read.value;
  const photos = batch.items.map(({ bucket, path }, position) => ({ bucket, path, position }));
  const readable = await checkReadable(caller, photos, deps);
  if (!readable.ok) return readable;
  deps.process.admission.charge(TASK_MS.batch.each + TASK_MS.batch.perItem * batch.items.length);
  const made = await orUnavailable(deps.batchStore.create(batch));
  if (!made.ok) return made;
  const { batch_id, created, conflict } = made.value;
  if (conflict) {
    const message = "This Idempotency-Key belongs to another batch. Send a new key.";
    return fail(new AppError("idempotency_conflict", message, { details: { batch_id } }));
  }
  const isLater = batch.notBefore !== null && Date.parse(batch.notBefore) > Date.now();
  if (created && !isLater) startWorkers(batch.items.length, deps);
  const reply: BatchCreated = {
    batch_id,
    created,
    total: batch.items.length,
    status_url: `${deps.functionUrl}/batch/${batch_id}`,
    request_id: requestId,
  };
  return ok(Response.json(reply, { status: 202, headers: { Location: reply.status_url } }));
}

async function readBatch(
  request: Request,
  caller: Caller,
  deps: BatchDeps,
): Promise<Result<NewBatch>> {
  const key = request.headers.get("idempotency-key");
  if (key !== null && !IDEMPOTENCY_KEY.test(key)) {
    return fail(invalid("Idempotency-Key", "1 to 255 visible ASCII characters"));
  }
  const looks = deps.process.looks ?? STANDARD_LOOKS;
  const body = await readJson(
    request,
    batchRequestSchema(),
    BATCH_BOUNDS,
    { complete: (input) => withItemDefaults(input, looks) },
  );
  if (!body.ok) return body;
  for (const [position, { options }] of body.value.items.entries()) {
    const unknown = checkVariants(options, looks.presets, `items.${position}.options.variants`);
    if (unknown) return fail(unknown);
  }
  const { items, webhook_url: webhookUrl = null, not_before: notBefore = null } = body.value;
  const refused = webhookUrl === null ? null : refusedWebhook(webhookUrl, deps);
  if (refused !== null) return fail(refused);
  for (const { storage_path: { bucket } } of items) {
    if (deps.sourceBuckets.includes(bucket)) continue;
    const buckets = deps.sourceBuckets;
    const message = `The bucket "${bucket}" is not one that photos may come from. Use one of ${
      buckets.join(", ")
    }.`;
    return fail(new AppError("source_forbidden", message, { details: { buckets } }));
  }
  const createdBy = caller.kind === "user" ? caller.id : null;
  return ok({
    items: items.map(({ storage_path, ...settings }) => ({ ...storage_path, settings })),
    createdBy,
    webhookUrl,
    notBefore,
    // The prefix keeps the keys of different callers apart.
    idempotencyKey: key === null ? null : `${createdBy ?? "server"}:${key}`,
    requestHash: await sha256(new TextEncoder().encode(JSON.stringify(body.value))),
  });
}

/** Adds the portal's defaults to the options of each item. The schema refuses input of another shape. */
function withItemDefaults(input: unknown, { defaults }: Looks): unknown {
  if (Object.keys(defaults).length === 0) return input;
  const items = (input as { items?: unknown } | null)?.items;
  if (!Array.isArray(items)) return input;
  return { ...input as object, items: items.map((item) => withDefaults(item, defaults)) };
}

function refusedWebhook(
  url: string,
  { webhook: { secret, allowPrivate } }: BatchDeps,
): AppError | null {
  const expected = faultOfTarget(url, allowPrivate);
  if (expected !== null) return invalid("webhook_url", expected);
  if (secret !== undefined) return null;
  const message = "Webhooks are off. Leave out webhook_url, or set WEBHOOK_SECRET.";
  return new AppError("invalid_request", message, {
    details: { field: "webhook_url", expected: "no webhook, since WEBHOOK_SECRET is not set" },
  });
}

function invalid(field: string, expected: string): AppError {
  const details = { field, expected };
  return new AppError("invalid_request", `Expected ${expected} for ${field}.`, { details });
}
