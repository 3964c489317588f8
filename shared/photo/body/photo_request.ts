import type { ProcessOptions } from "../options.ts";
import type { SourceRef } from "../../storage/source_store.ts";

/** A request's photo and what is asked for it, whatever form it came in. */
export interface PhotoRequest {
  /** The encoded photo, or where it lies in Storage. */
  source: { kind: "bytes"; bytes: Uint8Array<ArrayBuffer> } | { kind: "storage"; ref: SourceRef };
  /** The photo's name, if it has one; for the answer only. */
  filename: string | null;
  options: ProcessOptions;
  /** Whether the variants are written to Storage. */
  upload: boolean;
  /** Whether the answer holds the images. */
  returnImages: boolean;
  /** Whether it is rendered although Storage has the result. */
  force: boolean;
}
