import type { MemoryBudget } from "../isolate/memory_budget.ts";
import type { Observer } from "../telemetry/metrics/run.ts";
import type { ProcessDeps } from "./process_deps.ts";
import type { Result } from "../lib/result.ts";
import type { Rollout } from "./rollout/rollout.ts";
import type { SourceRef } from "../storage/source_store.ts";
import type { AuthDeps } from "../http/auth/authenticate.ts";
import type { Caller } from "../http/auth/caller.ts";
import type { InternalSigner } from "../http/internal_signer.ts";

/** The dependencies of handling a photo. */
export interface PhotoDeps {
  auth: AuthDeps;
  /** Bound on an encoded photo, in bytes. */
  maxImageBytes: number;
  /** Bounds the memory of all bodies together. */
  memoryBudget: MemoryBudget;
  process: ProcessDeps;
  /** Routes photos to the legacy service; unset without one. */
  rollout?: Rollout;
  /** The function's own public address. */
  functionUrl: string;
  /** Signs the headers that isolates send to each other. */
  signer: InternalSigner;
  /** Receives the run of each authorized request. */
  observe: Observer;
  /** Reads a photo from Storage with the caller's own rights. */
  readSource(caller: Caller, ref: SourceRef): Promise<Result<Uint8Array<ArrayBuffer>>>;
}
