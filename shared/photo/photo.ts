import type { PhotoRequest } from "./body/photo_request.ts";

/** A received photo with the settings of its request. */
export interface Photo extends PhotoRequest {
  /** The encoded photo. */
  bytes: Uint8Array<ArrayBuffer>;
}
