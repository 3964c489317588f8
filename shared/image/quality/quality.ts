/**
 * Measurements of a car's picture, in the form of the answer's `metadata.quality`. Figures that need the car's outline are `null`
 * for a photo that kept its background.
 */
export interface Quality {
  /** Largest share of one edge of the photo that the car touches, 0 to 1. */
  edge_contact: number | null;
  /** Width of the sharpest edges within the car, in pixels of the working image; `null` if it shows too few clear edges. */
  edge_width: number | null;
  /** Brightness below which 98 % of the car's pixels are, 0 (black) to 1 (white). */
  brightness: number | null;
  /** Share of the car's pixels that are burnt out to white, 0 to 1. */
  overexposed: number | null;
  /** Number of separate subjects. */
  subjects: number | null;
  /** Share of the car's pixels that are half transparent, 0 to 1. */
  half_transparent: number | null;
}
