import { WORKING_SIDE_PX, workingSize } from "../../image/plan.ts";
import type { PhotoHeader } from "../../image/decode/inspect_photo.ts";
import { CPU_SHARE, JOB_MS } from "../../isolate/cpu_costs.ts";
import { estimateRequestMs } from "../estimate_cpu.ts";
import { estimateDecodeMs, megapixels } from "../estimate_decode.ts";
import type { Photo } from "../photo.ts";
import { extraVariantsMs } from "./extra_cost.ts";
import type { Presets } from "./preset.ts";

/** Bound on the pixels of a second decode, in megapixels: an isolate has 256 MB. */
const MAX_MEGAPIXELS = 14;

/** Source of the pixels of variants that are wider than the working image. */
export interface DetailPlan {
  /** The variants that are wider than the working image, although the photo has more pixels. */
  wide: readonly string[];
  /** Target for the longer side of a second decode, in pixels; unset if there is none. */
  longSidePx?: number;
  /** CPU of the presets and of the second decode, in milliseconds in a fresh process. */
  extraMs: number;
}

/**
 * Plans a second, larger decode for variants that are wider than the working image, if the CPU budget has room for it.
 * The first decode stays as it is for every request, since the cutout belongs to it.
 *
 * @param header The photo's header.
 * @param photo The photo's options and backgrounds.
 * @param presets All presets.
 * @param budgetMs CPU that the process may spend, in milliseconds; 0 = no limit.
 */
export function planDetail(
  header: PhotoHeader,
  { options, backdrops }: Pick<Photo, "options" | "backdrops">,
  presets: Presets,
  budgetMs: number,
): DetailPlan {
  const extraMs = extraVariantsMs(options, presets, backdrops);
  const working = workingSize(header, WORKING_SIDE_PX);
  const has = Math.max(header.width, header.height);
  const shown = Math.max(working.width, working.height);
  const sideOf = (name: string) => {
    const { width, height } = presets.get(name) ?? { width: 0, height: 0 };
    return Math.max(width, height);
  };
  const wide = options.variants.filter((name) => sideOf(name) > shown && has > shown);
  if (wide.length === 0) return { wide, extraMs };
  const most = Math.floor(has * Math.sqrt(MAX_MEGAPIXELS / megapixels(header)));
  const longSidePx = Math.min(has, most, Math.max(...wide.map(sideOf)));
  if (longSidePx <= shown) return { wide, extraMs };
  const share = longSidePx / has;
  const detailMs = estimateDecodeMs(header, longSidePx) +
    JOB_MS.detailCrop * megapixels(header) * share * share;
  const all = estimateRequestMs(header, options.format, options.crop) + extraMs + detailMs;
  const fits = budgetMs === 0 || all <= budgetMs * CPU_SHARE.photo;
  return fits ? { wide, longSidePx, extraMs: extraMs + detailMs } : { wide, extraMs };
}
