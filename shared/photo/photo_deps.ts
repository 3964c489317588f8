import type { MemoryBudget } from "../isolate/memory_budget.ts";
import type { Observer } from "../telemetry/metrics/run.ts";
import type { ProcessDeps } from "./process_deps.ts";
import type { Result } from "../lib/result.ts";
import type { Rollout } from "./rollout/rollout.ts";
import type { SourceRef } from "../storage/source_store.ts";
import type { AuthDeps } from "../http/auth/authenticate.ts";
import type { Caller } from "../http/auth/caller.ts";
import type { InternalSigner } from "../http/internal_signer.ts";

/** What answering a photo needs. */
export interface PhotoDeps {
  auth: AuthDeps;
  /** Bound on an encoded photo, in bytes. */
  maxImageBytes: number;
  /** Bounds what all bodies hold in memory together. */
  memoryBudget: MemoryBudget;
  process: ProcessDeps;
  /** Sends photos to the service that is replaced; unset where there is none. */
  rollout?: Rollout;
  /** The function's own public address. */
  functionUrl: string;
  /** Signs what isolates tell each other. */
  signer: InternalSigner;
  /** Hears of each request of a caller who may call. */
  observe: Observer;
  /** Reads a photo that is in Storage, with the caller's own rights. */
  readSource(caller: Caller, ref: SourceRef): Promise<Result<Uint8Array<ArrayBuffer>>>;
}
