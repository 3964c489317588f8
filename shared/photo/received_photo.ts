import type { Caller } from "../http/auth/caller.ts";
import type { Permit } from "../isolate/admission.ts";
import type { MemoryReservation } from "../isolate/memory_budget.ts";
import type { Photo } from "./photo.ts";

/** A received photo with its request. */
export interface ReceivedPhoto {
  request: Request;
  caller: Caller;
  /** The number of hand-overs by other isolates of this function. */
  hops: number;
  photo: Photo;
  /** The raw body, if the legacy service may get it. */
  body?: Uint8Array<ArrayBuffer>;
  /** The request's memory reservation. */
  memory: MemoryReservation;
  /** The request's permit in this isolate. */
  permit: Permit;
}
