import type { OutputFormat } from "../image/image_format.ts";
import type { VariantName } from "../image/plan.ts";
import type { Size } from "../image/raster.ts";
import type { Warning } from "./warning.ts";

/** A variant of a photo. */
export interface Variant extends Size {
  name: VariantName;
  format: OutputFormat;
  /** Size of the encoded file, in bytes. */
  bytes: number;
  /** The encoded file; unset where it is in Storage already, and was not asked for. */
  file?: Uint8Array<ArrayBuffer>;
}

/** A variant that has just been rendered. */
export interface RenderedVariant extends Variant {
  file: Uint8Array<ArrayBuffer>;
}

/** A processed photo. */
export interface ProcessedPhoto {
  /** The photo's size after EXIF orientation. */
  originalSize: Size;
  /** In the order of {@linkcode VARIANTS}. */
  variants: Variant[];
  /** `cached`: this request did not have to pay for it. */
  background: { removed: boolean; provider: string | null; cached: boolean };
  warnings: Warning[];
  /** Public addresses, if the variants were uploaded: every one of them is there. */
  storageUrls?: Partial<Record<VariantName, string>>;
  /** Whether the variants were in Storage already, and nothing was rendered. */
  reused: boolean;
}

/** A photo as it has just been rendered. */
export interface RenderedPhoto extends ProcessedPhoto {
  variants: RenderedVariant[];
}
