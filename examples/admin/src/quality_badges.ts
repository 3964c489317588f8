import type { ProcessedImage } from "@process-image/client";
import { el } from "./dom.ts";

/** Short names of what quality control warns of. */
const LABELS: Record<string, string> = {
  car_cut_off: "Car cut off",
  car_small: "Car too small",
  blurry: "Blurred",
  too_dark: "Too dark",
  overexposed: "Overexposed",
  several_subjects: "Several subjects",
  cutout_uncertain: "Uncertain cutout",
  image_damaged: "Damaged file",
  crop_uncertain: "Uncertain crop",
  plate_not_found: "Plate not found",
  photo_small: "Too few pixels",
};

/** The codes with which the page's form refuses photos. */
export const QUALITY_CODES = Object.keys(LABELS);

/** Creates a photo's badges: what quality control warns of, in two words each; `null` if that is nothing. */
export function createQualityBadges(
  { warnings }: Pick<ProcessedImage, "warnings">,
): HTMLElement | null {
  const badges = warnings.filter(({ code }) => code in LABELS);
  return badges.length === 0 ? null : el(
    "ul",
    { class: "badges", "aria-label": "Quality control" },
    ...badges.map(({ code, message }) =>
      el("li", { class: "badge", title: message }, LABELS[code])
    ),
  );
}
