import type { MemoryReservation } from "../isolate/memory_budget.ts";
import type { Permit } from "../isolate/admission.ts";
import type { ProcessedPhoto } from "./processed_photo.ts";
import type { Timings } from "../telemetry/steps.ts";
import type { LegacyReply } from "./rollout/legacy_client.ts";
import type { Caller } from "../http/auth/caller.ts";
import type { PhotoInput } from "./body/photo_request.ts";
import type { RunBuilder } from "./run_builder.ts";

/** A photo request that has been received. */
export interface PhotoJob {
  request: Request;
  /** The id that it is answered under. */
  requestId: string;
  caller: Caller;
  /** The number of times that other isolates of this function have handed it over. */
  hops: number;
  /** What was read of it. */
  input: PhotoInput;
  /** Its body as it came; kept where the legacy service may be asked. */
  body?: Uint8Array<ArrayBuffer>;
  /** The encoded photo. */
  photo: Uint8Array<ArrayBuffer>;
  timings: Timings;
  /** What is observed of it. */
  run: RunBuilder;
  /** The account of the memory that it holds. */
  held: MemoryReservation;
  /** Its place in this isolate. */
  visit: Permit;
}

/** Who has served a photo, and what came of it. */
export type Served =
  | { by: "new"; photo: ProcessedPhoto; input: PhotoInput }
  | { by: "legacy"; reply: LegacyReply }
  /** Another isolate: it has observed the photo too. */
  | { by: "isolate"; response: Response };
