import type { Caller } from "../http/auth/caller.ts";
import type { Permit } from "../isolate/admission.ts";
import type { MemoryReservation } from "../isolate/memory_budget.ts";
import type { Photo } from "./photo.ts";

/** A photo that has arrived, with its request. */
export interface ReceivedPhoto {
  request: Request;
  caller: Caller;
  /** The number of times that other isolates of this function have handed it over. */
  hops: number;
  photo: Photo;
  /** The body as it came; kept where the legacy service may get it. */
  body?: Uint8Array<ArrayBuffer>;
  /** The memory that the request holds. */
  memory: MemoryReservation;
  /** The request's place in this isolate. */
  permit: Permit;
}
