import { MAX_ENLARGEMENT } from "../image/framing.ts";
import type { Quality } from "../image/quality/quality.ts";
import type { Variant } from "./processed_photo.ts";
import { type QualityCode, type Warning, warnOfSmallCar } from "./warning.ts";

/**
 * The bounds of quality control. The figures of `fixtures/` and of real photos are far from them:
 * `tests/image/quality/fine_photos_test.ts`.
 */
export const QUALITY_BOUNDS = {
  /** Share of one edge of the photo that a car may touch. */
  edgeContact: 0.02,
  /** Width of the sharpest edges, in pixels of the working image: 1.3 in a sharp photo, 4.3 after a blur of 2 pixels. */
  edgeWidth: 4,
  /** Brightness of the car's light parts: 0.44 or more in good photos, also of black cars; two stops less are a quarter. */
  brightness: 0.25,
  /** Share of burnt-out pixels: below 0.01 in good photos, also of bright cars. */
  overexposed: 0.15,
  /** Share of half-transparent pixels: 0.01 with a true mask, 0.05 with that of a neural network. */
  halfTransparent: 0.2,
} as const;

type Check = (quality: Quality, variants: readonly Judged[]) => string | false;

/** The facts about a variant that quality control judges. */
type Judged = Pick<Variant, "name" | "scale" | "isCarSmall">;

const isAbove = (value: number | null, bound: number) => value !== null && value > bound;

/** A check for each code. It returns the sentence of the warning. */
const CHECKS: Readonly<Record<QualityCode, Check>> = {
  car_cut_off: ({ edge_contact: contact }) =>
    isAbove(contact, QUALITY_BOUNDS.edgeContact) &&
    `The photo cuts the car: it covers ${
      percent(contact!)
    } of an edge of the photo. Take the photo again with space around the car.`,
  car_small: ({ subjects }, variants) => {
    const [framed] = warnOfSmallCar(variants);
    if (framed) return framed.message;
    const names = subjects === null
      ? []
      : variants.filter(({ scale }) => scale > MAX_ENLARGEMENT).map(({ name }) => name);
    return names.length > 0 &&
      `The car has too few pixels for ${
        names.join(" and ")
      }: it is enlarged and blurred. Take the photo from nearer, or send the original.`;
  },
  blurry: ({ edge_width: width }) =>
    isAbove(width, QUALITY_BOUNDS.edgeWidth) &&
    "The photo is blurred, out of focus or shaken. Take it again.",
  too_dark: ({ brightness }) =>
    brightness !== null && brightness < QUALITY_BOUNDS.brightness &&
    "The photo is too dark: even the car's brightest parts are dark. Take it again with more light.",
  overexposed: ({ overexposed }) =>
    isAbove(overexposed, QUALITY_BOUNDS.overexposed) &&
    `The photo is overexposed: ${
      percent(overexposed!)
    } of the car is pure white. Take it again with less light.`,
  several_subjects: ({ subjects }) =>
    isAbove(subjects, 1) &&
    `The cutout has ${subjects} separate parts: other cars or people may be in the photo. Take it again with one car only.`,
  cutout_uncertain: ({ half_transparent: share }) =>
    isAbove(share, QUALITY_BOUNDS.halfTransparent) &&
    `The cutout is uncertain: ${
      percent(share!)
    } of it is half transparent. Check the pictures, or take the photo on a plainer background.`,
};

/**
 * Makes the warnings of quality control, those that a photo editor would give.
 *
 * @param quality The photo's figures.
 * @param variants The variants of the answer.
 */
export function qualityWarnings(quality: Quality, variants: readonly Judged[]): Warning[] {
  return (Object.entries(CHECKS) as [QualityCode, Check][]).flatMap(([code, check]) => {
    const message = check(quality, variants);
    return message === false ? [] : [{ code, message }];
  });
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
