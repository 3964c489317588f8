import type { ProcessOptions } from "../options.ts";
import type { SourceRef } from "../../storage/source_store.ts";
import type { VehiclePlace } from "../vehicle/vehicle_place.ts";

/** A photo with the settings of its request, independent of the body's form. */
export interface PhotoRequest {
  /** The encoded photo, or its address in Storage. */
  source: { kind: "bytes"; bytes: Uint8Array<ArrayBuffer> } | { kind: "storage"; ref: SourceRef };
  /** The photo's file name, if it has one. Only the response uses it. */
  filename: string | null;
  options: ProcessOptions;
  /** Whether to write the variants to Storage. */
  upload: boolean;
  /** Whether the response contains the images. */
  returnImages: boolean;
  /** Whether to render the photo even if Storage has the result. */
  force: boolean;
  /** The vehicle to whose set the photo belongs. @default none */
  vehicle?: VehiclePlace;
}
