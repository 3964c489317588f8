import type { BackgroundRemover } from "../background/cutout.ts";
import { cropSubject } from "../image/crop_subject.ts";
import { decodePhoto } from "../image/decode.ts";
import type { OutputFormat } from "../image/image_format.ts";
import { inspectPhoto, type PhotoLimits } from "../image/inspect_photo.ts";
import { renderVariant } from "../image/pipeline.ts";
import { planVariant, type VariantName, WORKING_SIDE_PX } from "../image/plan.ts";
import type { Raster, Size } from "../image/raster.ts";
import { fail, ok, type Result } from "../result.ts";
import type { VariantStore } from "../storage/variant_store.ts";
import { checkCpuBudget } from "./check_cpu_budget.ts";
import { backgroundColor, type ProcessOptions } from "./options.ts";
import { removeBackground } from "./remove_background.ts";
import type { Timings } from "./timings.ts";
import { variantPaths } from "./variant_paths.ts";
import type { Warning } from "./warning.ts";

/** One photo to process. */
export interface PhotoRequest {
  /** The id under which it is logged. */
  requestId: string;
  /** The encoded photo. */
  photo: Uint8Array<ArrayBuffer>;
  /** What to make of it. */
  options: ProcessOptions;
  /** Whether the variants are written to Storage. */
  upload: boolean;
  /** Aborts when the caller has gone away. */
  signal?: AbortSignal;
}

/** What processing needs of the outside. */
export interface ProcessDeps {
  /** Removes backgrounds; unset where that is not configured. */
  remover?: BackgroundRemover;
  /** Where variants are written. */
  store: VariantStore;
  /** Bounds on photos. */
  limits: PhotoLimits;
  /** CPU that the process may spend, in milliseconds; 0 = no limit. */
  cpuBudgetMs: number;
}

/** A rendered variant. */
export interface Variant extends Size {
  name: VariantName;
  format: OutputFormat;
  /** The encoded file. */
  file: Uint8Array<ArrayBuffer>;
}

/** A processed photo. */
export interface ProcessedPhoto {
  /** The photo's size after EXIF orientation. */
  originalSize: Size;
  /** In the order of {@linkcode VARIANTS}. */
  variants: Variant[];
  background: { removed: boolean; provider: string | null; cached: boolean };
  warnings: Warning[];
  /** Public addresses, if the variants were uploaded: every one of them is there. */
  storageUrls?: Partial<Record<VariantName, string>>;
}

/**
 * Turns a photo into listing pictures: decode, background removal, crop, variants, storage.
 *
 * A background that can not be removed is a warning, not an error.
 *
 * @param request The photo and what to make of it.
 * @param deps What it needs of the outside.
 * @param timings Where the steps' times are kept.
 * @returns The variants, or `missing_image`, `unsupported_image_type`, `invalid_image`, `image_too_large`, `image_too_costly`,
 * `storage_failed`, `storage_rejected`.
 */
export async function processPhoto(
  request: PhotoRequest,
  deps: ProcessDeps,
  timings: Timings,
): Promise<Result<ProcessedPhoto>> {
  const { options } = request;
  const cutOut = await cutOutSubject(request, deps, timings);
  if (!cutOut.ok) return cutOut;
  const { crop, originalSize, background, warnings } = cutOut.value;
  const shadow = options.shadow === "drop" || (options.shadow === "auto" && background.removed);
  const variants = await renderVariants(crop, shadow, request, timings);
  const processed = { originalSize, variants, background, warnings };
  if (!request.upload) return ok(processed);
  const stored = await timings.measure("store", () => store(request, processed, deps));
  return stored.ok ? ok({ ...processed, storageUrls: stored.value }) : fail(stored.error);
}

interface Subject extends Omit<ProcessedPhoto, "variants"> {
  /** The subject, at the working size. */
  crop: Raster;
}

/** Decode, remove the background, crop. The decoded photo is gone when this is done. */
async function cutOutSubject(
  request: PhotoRequest,
  deps: ProcessDeps,
  timings: Timings,
): Promise<Result<Subject>> {
  const header = inspectPhoto(request.photo, deps.limits);
  if (!header.ok) return header;
  const tooCostly = checkCpuBudget(header.value, request.options.format, deps.cpuBudgetMs);
  if (tooCostly) return fail(tooCostly);
  const decoded = await timings.measure(
    "decode",
    () => decodePhoto(request.photo, header.value, WORKING_SIDE_PX),
  );
  if (!decoded.ok) return decoded;
  using photo = decoded.value;
  const warnings: Warning[] = photo.damaged ? [DAMAGED] : [];
  const remover = request.options.skip_background_removal ? null : deps.remover;
  const cutout = await timings.measure(
    "background",
    () => removeBackground(photo, remover, warnings, request),
  );
  request.signal?.throwIfAborted();
  const crop = await timings.measure(
    "crop",
    () => cropSubject(photo, cutout, request.options.padding),
  );
  const background = {
    removed: cutout !== undefined,
    provider: cutout ? deps.remover!.provider : null,
    cached: false,
  };
  return ok({ crop, originalSize: photo.originalSize, background, warnings });
}

async function renderVariants(
  crop: Raster,
  shadow: boolean,
  { options, signal }: PhotoRequest,
  timings: Timings,
): Promise<Variant[]> {
  const { fit, format, quality } = options;
  const background = backgroundColor(options);
  const variants: Variant[] = [];
  const plans = options.variants.map((name) => planVariant(name, crop, fit, shadow));
  // The largest first: the engine compiles what it finds hot in the background, and the rest then runs that.
  for (const plan of plans.toSorted((a, b) => area(b.frame) - area(a.frame))) {
    signal?.throwIfAborted();
    const { name } = plan;
    const file = await timings.measure(
      name,
      () => renderVariant(crop, { ...plan, shadow, background, format, quality }),
    );
    variants.push({ name, ...plan.frame, format, file });
  }
  return options.variants.map((name) => variants.find((variant) => variant.name === name)!);
}

function area({ width, height }: Size): number {
  return width * height;
}

async function store(
  { photo, options }: PhotoRequest,
  { variants, background }: ProcessedPhoto,
  { remover, store }: ProcessDeps,
): ReturnType<VariantStore["save"]> {
  const cutout = background.removed ? `${remover!.provider}:${remover!.variant}` : "none";
  const pathOf = await variantPaths(photo, options, cutout);
  return await store.save(variants.map((variant) => ({ ...variant, path: pathOf(variant.name) })));
}

const DAMAGED: Warning = {
  code: "image_damaged",
  message: "The photo's file is damaged: parts of the picture may look wrong. Upload it again.",
};
