import type { Caller } from "../http/auth/caller.ts";
import { errorResponse } from "../http/error_response.ts";
import { receiveBody } from "../http/receive_body.ts";
import { isolateBusy } from "../isolate/isolate_busy.ts";
import type { MemoryReservation } from "../isolate/memory_budget.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { parseBody } from "./body/parse_body.ts";
import { hopsOf } from "./hand_over.ts";
import type { PhotoDeps } from "./photo_deps.ts";
import type { PhotoJob } from "./photo_job.ts";
import { legacyResponse, photoResponse } from "./reply.ts";
import type { ReceivedPhoto } from "./received_photo.ts";
import { observerOf, routePhoto } from "./rollout/route_photo.ts";
import { runJob, type Served } from "./run_job.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/**
 * Handles `POST /process-image`: receives the photo, processes it and responds.
 *
 * @param request The request.
 * @param caller The authenticated caller.
 * @param job The photo's context.
 * @param deps The dependencies.
 */
export async function handlePhoto(
  request: Request,
  caller: Caller,
  job: PhotoJob,
  deps: PhotoDeps,
): Promise<Response> {
  const hops = await hopsOf(request.headers, job.id, caller, deps.signer);
  const served = await runJob(job, observerOf(hops, deps), async () => {
    using permit = deps.process.admission.permit(TASK_MS.receive.each);
    if (!permit) return await refuseUnread(request, deps);
    using memory = deps.memoryBudget.reserve();
    const received = await receive(request, caller, memory, job, deps);
    if (!received.ok) return received;
    return await routePhoto(job, { ...received.value, caller, hops, permit }, deps);
  });
  return served.ok ? reply(served.value, job) : errorResponse(served.error, job.id, job.timings);
}

/**
 * Refuses a request before its body is read. It reads and drops a part of the body: a client that is cut off
 * while it sends cannot read the response.
 */
async function refuseUnread(request: Request, { process }: PhotoDeps): Promise<Result<never>> {
  if (process.admission.charge(TASK_MS.refuse)) await receiveBody(request, 0);
  return fail(isolateBusy());
}

/** Reads the settings and the photo, and keeps the raw body if the legacy service may get it. */
async function receive(
  request: Request,
  caller: Caller,
  memory: MemoryReservation,
  job: PhotoJob,
  deps: PhotoDeps,
): Promise<Result<Omit<ReceivedPhoto, "caller" | "hops" | "permit">>> {
  // Both start now and run while the body is read: a check of the remover, and reading the rollout settings.
  deps.process.remover?.prepare();
  deps.rollout?.prepare();
  let body: ReceivedPhoto["body"];
  const onBody = deps.rollout && ((bytes: Uint8Array<ArrayBuffer>) => void (body = bytes));
  const limits = { maxImageBytes: deps.maxImageBytes, memory, looks: deps.process.looks, onBody };
  const parsed = await job.step("body", () => parseBody(request, limits));
  // A refused request has used this CPU too.
  deps.process.admission.charge(TASK_MS.receive.perMegabyte * memory.bytes / 1e6);
  if (!parsed.ok) return parsed;
  const { source } = parsed.value;
  const bytes = source.kind === "bytes"
    ? ok(source.bytes)
    : await job.step("source", () => deps.readSource(caller, source.ref));
  if (!bytes.ok) return bytes;
  job.facts.bytesIn = bytes.value.length;
  if (body && body.buffer !== bytes.value.buffer) memory.grow(body.length);
  return ok({ request, photo: { ...parsed.value, bytes: bytes.value }, body, memory });
}

function reply(served: Served, job: PhotoJob): Response {
  if (served.by === "isolate") return served.response;
  return served.by === "legacy" ? legacyResponse(served.reply, job) : photoResponse(served, job);
}
