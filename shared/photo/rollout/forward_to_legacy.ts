import { Buffer } from "node:buffer";
import type { Admission } from "../../isolate/admission.ts";
import { isolateBusy } from "../../isolate/isolate_busy.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { PhotoJob } from "../photo_job.ts";
import type { Served } from "../run_job.ts";
import type { LegacyClient } from "./legacy_client.ts";
import type { ReceivedPhoto } from "../received_photo.ts";
import { TASK_MS } from "../../isolate/cpu_costs.ts";

/**
 * Forwards a photo to the legacy service. It gets the original request without the caller's credential.
 *
 * @param job The photo's context.
 * @param received The request and its photo.
 * @param legacy The legacy service.
 * @param admission Accounts for the CPU.
 * @returns The reply, or `legacy_failed`, `isolate_busy`.
 * @throws the signal's reason, if the caller has disconnected
 */
export async function forwardToLegacy(
  job: PhotoJob,
  received: ReceivedPhoto,
  legacy: LegacyClient,
  admission: Admission,
): Promise<Result<Served>> {
  const { request, memory, permit } = received;
  const body = bodyOf(received);
  if (!admission.charge(TASK_MS.forward.each + TASK_MS.forward.perMegabyte * body.length / 1e6)) {
    return fail(isolateBusy());
  }
  const forwarded = {
    body,
    requestId: job.id,
    query: queryOf(request),
    contentType: request.headers.get("content-type")!,
    signal: job.signal,
    grow: (bytes: number) => memory.grow(bytes),
  };
  const reply = await permit.suspend(() => job.step("legacy", () => legacy.ask(forwarded)));
  return reply.ok ? ok({ by: "legacy", reply: reply.value }) : reply;
}

/**
 * Returns the raw body. In JSON, the photo itself replaces a `storage_path`, which the legacy service does not know.
 */
function bodyOf({ photo: { source, bytes }, body }: ReceivedPhoto): Uint8Array<ArrayBuffer> {
  if (source.kind === "bytes") return body!;
  const { storage_path: _, ...rest } = JSON.parse(new TextDecoder().decode(body));
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
  return new TextEncoder().encode(JSON.stringify({ image_base64: image, ...rest }));
}

/** Returns the original query without `apikey`, which Supabase's gateway reads as a key. */
function queryOf(request: Request): string {
  const url = new URL(request.url);
  if (url.searchParams.has("apikey")) url.searchParams.delete("apikey");
  return url.search;
}
