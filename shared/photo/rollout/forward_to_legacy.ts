import { Buffer } from "node:buffer";
import { isolateBusy } from "../../isolate/isolate_busy.ts";
import type { Admission } from "../../isolate/admission.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { LegacyClient } from "./legacy_client.ts";
import type { PhotoJob, Served } from "../photo_job.ts";

/** CPU of sending a photo on and the reply back: for each, and for a megabyte of body; in milliseconds. */
const RELAY_MS = { each: 15, perMegabyte: 5 };

/** What asking the legacy service needs. */
export interface LegacyDeps {
  legacy: LegacyClient;
  admission: Admission;
}

/**
 * Has a photo processed by the legacy service, which gets the request as it came, but for the caller's credential.
 *
 * @param job The photo.
 * @param deps What it needs.
 * @returns The reply, or `legacy_failed`, `isolate_busy`.
 * @throws what the request's signal was aborted with
 */
export async function forwardToLegacy(
  job: PhotoJob,
  { legacy, admission }: LegacyDeps,
): Promise<Result<Served>> {
  const { request, requestId, held, timings, visit } = job;
  const body = bodyOf(job);
  if (!admission.charge(RELAY_MS.each + RELAY_MS.perMegabyte * body.length / 1e6)) {
    return fail(isolateBusy());
  }
  const reply = await visit.suspend(() =>
    timings.measure("legacy", () =>
      legacy.ask({
        ...{ body, requestId },
        query: queryOf(request),
        contentType: request.headers.get("content-type")!,
        signal: request.signal,
        take: (bytes) => held.take(bytes),
      }))
  );
  return reply.ok ? ok({ by: "legacy", reply: reply.value }) : reply;
}

/** The body as it came. A photo in Storage takes the place of its address: the legacy service has no `storage_path`. */
function bodyOf({ input, photo, body }: PhotoJob): Uint8Array<ArrayBuffer> {
  if (input.source.kind === "bytes") return body!;
  const { storage_path: _, ...rest } = JSON.parse(new TextDecoder().decode(body));
  const image = Buffer.from(photo.buffer, photo.byteOffset, photo.length).toString("base64");
  return new TextEncoder().encode(JSON.stringify({ image_base64: image, ...rest }));
}

/** The query as it came, without the key that Supabase's gateway would take from there. */
function queryOf(request: Request): string {
  const url = new URL(request.url);
  if (url.searchParams.has("apikey")) url.searchParams.delete("apikey");
  return url.search;
}
