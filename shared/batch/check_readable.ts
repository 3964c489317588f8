import { AppError } from "../errors.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { SourceRef } from "../storage/source_store.ts";
import type { Caller } from "../http/auth/caller.ts";
import { type BatchDeps, orUnavailable } from "./batch_deps.ts";
import { TASK_MS } from "../isolate/cpu_costs.ts";

/** A photo of a batch. */
export interface BatchPhoto extends SourceRef {
  /** Its place in the batch, from 0. */
  position: number;
}

/** Bound on the photos that the error's details list by path: a path has up to 1024 characters. */
const MAX_NAMED = 20;

/** Bound on the positions in the error's message. */
const MAX_IN_MESSAGE = 5;

/**
 * Checks that a caller may read the photos of a batch. The worker reads them with the service's rights and its results are
 * public, so a user's photos are first checked with the user's own rights. A server's key may read everything.
 *
 * @param caller The caller that creates or requeues the batch.
 * @param photos The photos, 500 at most.
 * @param deps The dependencies.
 * @returns Nothing, or `source_not_found`, which names the photos, or `queue_unavailable`.
 */
export async function checkReadable(
  caller: Caller,
  photos: readonly BatchPhoto[],
  deps: Pick<BatchDeps, "process" | "unreadable">,
): Promise<Result<void>> {
  if (caller.kind === "server" || photos.length === 0) return ok(undefined);
  deps.process.admission.charge(TASK_MS.rights.each + TASK_MS.rights.perItem * photos.length);
  const indexes = await orUnavailable(deps.unreadable(caller, photos));
  if (!indexes.ok) return indexes;
  const unreadable = indexes.value.map((index) => photos[index]);
  if (unreadable.length === 0) return ok(undefined);
  const positions = unreadable.map(({ position }) => position);
  const named = unreadable.slice(0, MAX_NAMED);
  const message =
    `Photos are not in Storage, or the caller may not read them: ${positions.length} of ${photos.length}, ` +
    `at ${positions.length === 1 ? "position" : "positions"} ${
      listed(positions)
    }. Upload them, or leave them out.`;
  const details = {
    positions,
    items: named.map(({ position, bucket, path }) => ({
      position,
      storage_path: { bucket, path },
    })),
    more: unreadable.length - named.length,
  };
  return fail(new AppError("source_not_found", message, { details }));
}

function listed(positions: readonly number[]): string {
  const named = positions.slice(0, MAX_IN_MESSAGE).join(", ");
  const more = positions.length - MAX_IN_MESSAGE;
  return more > 0 ? `${named} and ${more} more` : named;
}
