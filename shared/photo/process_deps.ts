import type { CachedRemover } from "../background/cached_remover.ts";
import type { PhotoLimits } from "../image/decode/inspect_photo.ts";
import type { Admission } from "../isolate/admission.ts";
import type { ResultStore } from "../storage/result_store.ts";
import type { VariantStore } from "../storage/variant_store.ts";
import type { WorkingStore } from "../storage/working_store.ts";
import type { BackdropStore } from "./backdrop/backdrop_store.ts";
import type { PhotoCrashes } from "./photo_crashes.ts";
import type { Looks } from "./presets/preset.ts";
import type { VehicleStore } from "./vehicle/vehicle_store.ts";

/** The dependencies of processing a photo. */
export interface ProcessDeps {
  /** Removes backgrounds; unset if none is configured. */
  remover?: CachedRemover;
  /** Removes backgrounds and finds licence plates; unset if none is configured. */
  plateRemover?: CachedRemover;
  /** Writes variants. */
  store: VariantStore;
  /** Finds stored results; if unset, every photo is rendered. */
  results?: ResultStore;
  /** Keeps decoded parts for the next isolate; if unset, a photo has to fit into one isolate. */
  working?: WorkingStore;
  /** Counts the crashes of the image engine by photo; if unset, they are not counted. */
  crashes?: PhotoCrashes;
  /** The portal's presets and defaults. @default {@linkcode STANDARD_LOOKS} */
  looks?: Looks;
  /** Reads pictures that stand behind cars; if unset, there are none. */
  backdrops?: BackdropStore;
  /** Keeps the sets of vehicles' photos; if unset, photos of vehicles fail. */
  vehicles?: Pick<VehicleStore, "add">;
  /** Bounds on photos. */
  limits: PhotoLimits;
  /** CPU that the process may use, in milliseconds; 0 = no limit. */
  cpuBudgetMs: number;
  /** Lets one job compute at a time, and admits only jobs that the CPU budget can finish. */
  admission: Admission;
}
