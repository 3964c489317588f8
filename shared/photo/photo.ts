import type { PhotoRequest } from "./body/photo_request.ts";

/** A photo that has arrived, and what the caller asks for it. */
export interface Photo extends PhotoRequest {
  /** The encoded photo. */
  bytes: Uint8Array<ArrayBuffer>;
}
