import type { Backdrops } from "./backdrop/backdrops.ts";
import type { PhotoRequest } from "./body/photo_request.ts";

/** A received photo with the settings of its request. */
export interface Photo extends PhotoRequest {
  /** The encoded photo. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The pictures of its backgrounds, once they are read. @default none */
  backdrops?: Backdrops;
}
