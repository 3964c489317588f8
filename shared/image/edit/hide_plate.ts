import type { Color, Raster, Rect } from "../raster.ts";
import { cover as coverArea } from "./cover.ts";

/** Share of a plate's size that is added on each side: boxes are axis-aligned and tight, plates are turned. */
const MARGIN = 0.08;

/** Minimum margin, in pixels. */
const MIN_MARGIN_PX = 2;

/** Rows of cells of a blurred plate. The characters are as high as two cells, so that none is legible. */
const CELL_ROWS = 3;

/** A way to hide a plate: a blur, a colour, straight RGBA, or an opaque picture, which covers the area. */
export type PlateCover = "blur" | Color | Raster;

/**
 * Hides a licence plate in place. The image's alpha does not change.
 *
 * @param image The image.
 * @param plate The plate's box in the image's pixels; it may exceed the image.
 * @param cover How to hide it.
 */
export async function hidePlate(image: Raster, plate: Rect, cover: PlateCover): Promise<void> {
  const marginX = Math.max(MIN_MARGIN_PX, Math.round(plate.width * MARGIN));
  const marginY = Math.max(MIN_MARGIN_PX, Math.round(plate.height * MARGIN));
  const left = Math.max(0, plate.x - marginX);
  const top = Math.max(0, plate.y - marginY);
  const width = Math.min(image.width, plate.x + plate.width + marginX) - left;
  const height = Math.min(image.height, plate.y + plate.height + marginY) - top;
  if (width <= 0 || height <= 0) return;
  const area = { x: left, y: top, width, height };
  if (cover === "blur") blur(image, area);
  else if ("data" in cover) draw(image, area, await coverArea(cover, area));
  else fill(image, area, cover);
}

function draw({ data, width }: Raster, area: Rect, picture: Raster): void {
  for (let y = 0, from = 0; y < area.height; y++) {
    for (let x = 0; x < area.width; x++, from += 4) {
      const at = ((area.y + y) * width + area.x + x) * 4;
      data[at] = picture.data[from];
      data[at + 1] = picture.data[from + 1];
      data[at + 2] = picture.data[from + 2];
    }
  }
}

function fill({ data, width }: Raster, area: Rect, { r, g, b }: Color): void {
  for (let y = area.y; y < area.y + area.height; y++) {
    for (let x = area.x; x < area.x + area.width; x++) {
      const at = (y * width + x) * 4;
      data[at] = r;
      data[at + 1] = g;
      data[at + 2] = b;
    }
  }
}

/** Replaces an area by its mean colours in large cells, interpolated between their centres. */
function blur({ data, width }: Raster, area: Rect): void {
  const size = Math.max(2, Math.ceil(area.height / CELL_ROWS));
  const columns = Math.ceil(area.width / size);
  const rows = Math.ceil(area.height / size);
  const cells = new Float64Array(columns * rows * 4);
  for (let y = 0; y < area.height; y++) {
    for (let x = 0; x < area.width; x++) {
      const at = ((area.y + y) * width + area.x + x) * 4;
      const cell = (Math.floor(y / size) * columns + Math.floor(x / size)) * 4;
      for (let channel = 0; channel < 3; channel++) cells[cell + channel] += data[at + channel];
      cells[cell + 3]++;
    }
  }
  const meanOf = (column: number, row: number, channel: number) => {
    const cell = (Math.min(rows - 1, row) * columns + Math.min(columns - 1, column)) * 4;
    return cells[cell + channel] / cells[cell + 3];
  };
  for (let y = 0; y < area.height; y++) {
    const [row, down] = between((y + 0.5) / size - 0.5);
    for (let x = 0; x < area.width; x++) {
      const [column, across] = between((x + 0.5) / size - 0.5);
      const at = ((area.y + y) * width + area.x + x) * 4;
      for (let channel = 0; channel < 3; channel++) {
        const upper = meanOf(column, row, channel) * (1 - across) +
          meanOf(column + 1, row, channel) * across;
        const lower = meanOf(column, row + 1, channel) * (1 - across) +
          meanOf(column + 1, row + 1, channel) * across;
        data[at + channel] = upper * (1 - down) + lower * down;
      }
    }
  }
}

/** Splits a position into the cell before it and the share of the next one. */
function between(position: number): [cell: number, share: number] {
  const cell = Math.max(0, Math.floor(position));
  return [cell, Math.max(0, position - cell)];
}
