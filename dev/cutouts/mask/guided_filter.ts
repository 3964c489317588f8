import { emptyPlane, type Plane } from "../plane.ts";
import { boxMean } from "./box_mean.ts";

/** Options of the filter. */
export interface GuidedFilterOptions {
  /** Radius of the windows, in pixels. */
  radiusPx: number;
  /** Regularization: variances of the guide (0 to 1) far below it count as flat. */
  epsilon: number;
}

/**
 * Filters a mask so that its edges follow those of a photo: He, Sun and Tang, "Guided Image Filtering" (2010), with a color
 * guide. In each window the mask is a linear function of the color.
 *
 * @param guide Red, green and blue, 0 to 1.
 * @param mask Of the same size.
 * @returns The mask, mostly within 0..1.
 */
export function guidedFilter(
  guide: readonly [Plane, Plane, Plane],
  mask: Plane,
  { radiusPx, epsilon }: GuidedFilterOptions,
): Plane {
  const { width, height } = mask;
  const mean = (plane: Plane): Float32Array => boxMean(plane, radiusPx).data;
  const meanOfProduct = (a: Plane, b: Plane): Float32Array => {
    const product = emptyPlane(width, height);
    for (let i = 0; i < product.data.length; i++) product.data[i] = a.data[i] * b.data[i];
    return mean(product);
  };
  const [red, green, blue] = guide;
  const meanR = mean(red), meanG = mean(green), meanB = mean(blue), meanM = mean(mask);
  const rr = meanOfProduct(red, red), rg = meanOfProduct(red, green), rb = meanOfProduct(red, blue);
  const gg = meanOfProduct(green, green), gb = meanOfProduct(green, blue);
  const bb = meanOfProduct(blue, blue);
  // The coefficients replace these products.
  const a0 = meanOfProduct(red, mask), a1 = meanOfProduct(green, mask);
  const a2 = meanOfProduct(blue, mask), b = meanM.slice();

  for (let i = 0; i < b.length; i++) {
    const r = meanR[i], g = meanG[i], l = meanB[i], m = meanM[i];
    const srr = rr[i] - r * r + epsilon, srg = rg[i] - r * g, srb = rb[i] - r * l;
    const sgg = gg[i] - g * g + epsilon, sgb = gb[i] - g * l, sbb = bb[i] - l * l + epsilon;
    const cr = a0[i] - r * m, cg = a1[i] - g * m, cb = a2[i] - l * m;
    // Solves the symmetric 3 x 3 system by cofactors.
    const k00 = sgg * sbb - sgb * sgb, k01 = srb * sgb - srg * sbb, k02 = srg * sgb - srb * sgg;
    const k11 = srr * sbb - srb * srb, k12 = srb * srg - srr * sgb, k22 = srr * sgg - srg * srg;
    const determinant = srr * k00 + srg * k01 + srb * k02;
    a0[i] = (k00 * cr + k01 * cg + k02 * cb) / determinant;
    a1[i] = (k01 * cr + k11 * cg + k12 * cb) / determinant;
    a2[i] = (k02 * cr + k12 * cg + k22 * cb) / determinant;
    b[i] = m - a0[i] * r - a1[i] * g - a2[i] * l;
  }

  const smooth = (data: Float32Array): Float32Array => mean({ width, height, data });
  const ma0 = smooth(a0), ma1 = smooth(a1), ma2 = smooth(a2), mb = smooth(b);
  const result = emptyPlane(width, height);
  for (let i = 0; i < mb.length; i++) {
    result.data[i] = ma0[i] * red.data[i] + ma1[i] * green.data[i] + ma2[i] * blue.data[i] + mb[i];
  }
  return result;
}
