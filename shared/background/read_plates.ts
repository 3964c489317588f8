import { z } from "zod";
import { onFirstUse } from "../lib/on_first_use.ts";

/** A rectangle as shares of a picture's width and height, 0 to 1. */
export interface RelativeBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Bound on a photo's plates. A car has one in a photo, a crowded car park a few. */
const MAX_PLATES = 8;

/** The class of a licence plate, in the replies of API4.ai's `hideclp` modes. */
const PLATE = "license plate";

/** Score from which an object counts as a plate. */
const MIN_SCORE = 0.5;

const objectSchema = onFirstUse(() => {
  const share = z.number().min(-1).max(2);
  return z.object({
    box: z.tuple([share, share, share, share]),
    entities: z.array(z.object({ classes: z.record(z.string(), z.number()).optional() })).max(20),
  });
});

/**
 * Finds the licence plates among a reply's entities. They come in any order and any of them may be missing or unknown, so
 * objects are found by their kind and class, and one that cannot be understood is ignored.
 *
 * @param entities The entities of a result.
 * @returns The plates' boxes, cut to the picture.
 */
export function readPlates(entities: readonly Record<string, unknown>[] = []): RelativeBox[] {
  return entities.flatMap(({ kind, objects }) =>
    kind === "objects" && Array.isArray(objects) ? objects.slice(0, 100) : []
  ).flatMap((one): RelativeBox[] => {
    const { success, data } = objectSchema().safeParse(one);
    const isPlate = success &&
      data.entities.some(({ classes }) => (classes?.[PLATE] ?? 0) >= MIN_SCORE);
    if (!isPlate) return [];
    const [left, top, across, down] = data.box;
    const [x, y] = [Math.max(0, left), Math.max(0, top)];
    const [width, height] = [Math.min(1, left + across) - x, Math.min(1, top + down) - y];
    return width > 0 && height > 0 ? [{ x, y, width, height }] : [];
  }).slice(0, MAX_PLATES);
}
