import type { OutputFormat } from "../image/image_format.ts";
import type { VariantName } from "../image/plan.ts";
import type { Quality } from "../image/quality/quality.ts";
import type { Rect, Size } from "../image/raster.ts";
import type { Warning } from "./warning.ts";

/** A variant of a photo. */
export interface Variant extends Size {
  name: VariantName;
  format: OutputFormat;
  /** Size of the encoded file, in bytes. */
  bytes: number;
  /** Whether the car is smaller than the framing asks for. @default false */
  isCarSmall?: boolean;
  /** Whether it is enlarged from a working image that has fewer pixels than the photo. @default false */
  isEnlarged?: boolean;
  /** Pixels of the variant per decoded pixel of the photo, to three decimals; above 1 the picture is enlarged. */
  scale: number;
  /** The place of the whole crop, in the variant's pixels; it exceeds the variant if that shows only a part of the crop. */
  crop: Rect;
  /** The car's box in the variant's pixels; `null` if it is unknown. */
  subject: Rect | null;
  /** The encoded file; unset if Storage already has it and the caller did not request it. */
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
  /** The crop's box in the photo's pixels, after EXIF orientation. */
  crop: Rect;
  /** Measurements of the photo. */
  quality: Quality;
  /** The variants, in the order of the request's. */
  variants: Variant[];
  /** The background removal. `cached` means that this request did not pay for it. */
  background: { removed: boolean; provider: string | null; cached: boolean };
  warnings: Warning[];
  /** The public addresses of all variants, if they were uploaded. */
  storageUrls?: Record<VariantName, string>;
  /** Whether Storage already had the variants, so that nothing was rendered. */
  reused: boolean;
  /** The photo's place in its vehicle's set. @default none */
  vehicle?: { id: string; photoHash: string; position: number };
}

/** A photo that has just been rendered. */
export interface RenderedPhoto extends ProcessedPhoto {
  /** Whether the photo came as a cutout, by its own alpha, used or not. */
  isOwnCutout: boolean;
  variants: RenderedVariant[];
}
