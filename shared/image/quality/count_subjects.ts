import type { Mask } from "../raster.ts";
import { SUBJECT_THRESHOLD } from "../edit/bounds.ts";

/** Area from which a separate part counts as a subject of its own, as a share of the largest part's. */
const LARGE_PART = 0.1;

/**
 * Counts the separate parts of a mask, without the small ones: a mirror or an antenna that a cutout detaches is no second car.
 * Parts that touch by a corner only are separate.
 *
 * @param mask The coverage, at reduced size: each pixel is visited.
 */
export function countSubjects({ data, width }: Mask): number {
  const isNew = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) isNew[i] = data[i] > SUBJECT_THRESHOLD ? 1 : 0;
  const areas: number[] = [];
  const open = new Int32Array(data.length);
  for (let start = 0; start < data.length; start++) {
    if (isNew[start] === 0) continue;
    isNew[start] = 0;
    open[0] = start;
    let area = 0;
    for (let count = 1; count > 0; area++) {
      const at = open[--count];
      const x = at % width;
      if (x > 0 && isNew[at - 1]) isNew[open[count++] = at - 1] = 0;
      if (x < width - 1 && isNew[at + 1]) isNew[open[count++] = at + 1] = 0;
      if (at >= width && isNew[at - width]) isNew[open[count++] = at - width] = 0;
      if (at + width < data.length && isNew[at + width]) isNew[open[count++] = at + width] = 0;
    }
    areas.push(area);
  }
  const largest = Math.max(0, ...areas);
  return areas.filter((area) => area >= largest * LARGE_PART).length;
}
