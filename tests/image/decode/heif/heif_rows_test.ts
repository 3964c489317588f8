// Proves that a HEIC's rows of tiles, decoded in shares, give the picture that one decoding gives.

import assert from "node:assert/strict";
import { decodePhoto } from "../../../../shared/image/decode/decode.ts";
import { decodeRows } from "../../../../shared/image/decode/heif/decode_rows.ts";
import { type HeifGrid, readHeifGrid } from "../../../../shared/image/decode/heif/heif_grid.ts";
import { inspectPhoto } from "../../../../shared/image/decode/inspect_photo.ts";
import { joinParts } from "../../../../shared/image/decode/join_parts.ts";
import { rgbProfile } from "../../../../shared/image/decode/icc_profile.ts";
import type { PixelRows } from "../../../../shared/image/decode/pixel_rows.ts";
import type { WorkingPart } from "../../../../shared/image/decode/working_part.ts";
import { WORKING_SIDE_PX } from "../../../../shared/image/plan.ts";
import type { Raster } from "../../../../shared/image/raster.ts";
import { DISPLAY_P3 } from "../../../helpers/display_p3.ts";
import { fixture } from "../../../helpers/call.ts";
import { psnr } from "../../../helpers/psnr.ts";
import { type GridFile, tilesOf, writeGridFile } from "../../../helpers/heif_grid_file.ts";

const street = await fixture("street.heic");
const streetGrid = readHeifGrid(street)!;
const tiles = tilesOf(street, streetGrid);

/** A picture of tiles of `street.heic`, whose right and lower edges cut the tiles. */
function fileOf(
  width: number,
  height: number,
  more: Partial<GridFile> = {},
): Uint8Array<ArrayBuffer> {
  const [columns, rows] = [Math.ceil(width / 512), Math.ceil(height / 512)];
  // The 35 tiles that the edges of street.heic do not cut.
  const tileAt = (i: number) => tiles[(i % 7) + (Math.floor(i / 7) % 5) * streetGrid.columns];
  return writeGridFile({
    width,
    height,
    columns,
    tiles: Array.from({ length: columns * rows }, (_, i) => tileAt(i)),
    profile: rgbProfile("Display P3", DISPLAY_P3),
    ...more,
  });
}

async function decodeShares(file: Uint8Array, grid: HeifGrid, rowsAtOnce: number): Promise<Raster> {
  const parts: WorkingPart[] = [];
  let carry: PixelRows | undefined;
  for (let from = 0; from < grid.rows; from += rowsAtOnce) {
    const rows = { from, to: Math.min(grid.rows, from + rowsAtOnce) };
    const decoded = await decodeRows(file, grid, rows, carry);
    assert.ok(decoded.ok);
    carry = decoded.value.carry;
    const { orientation } = grid;
    parts.push({ ...decoded.value, originalSize: grid, orientation, endMissing: false });
  }
  using photo = await joinParts(parts);
  return photo.read({ x: 0, y: 0, ...photo.size });
}

async function decodeWhole(file: Uint8Array<ArrayBuffer>): Promise<Raster> {
  const header = inspectPhoto(file, { maxPixels: 1e8 });
  assert.ok(header.ok);
  const decoded = await decodePhoto(file, header.value, WORKING_SIDE_PX);
  assert.ok(decoded.ok);
  using photo = decoded.value;
  return photo.read({ x: 0, y: 0, ...photo.size });
}

/** The mean squared difference of each row of two pictures of the same size. */
function rowErrors(a: Raster, b: Raster): number[] {
  assert.deepEqual([a.width, a.height], [b.width, b.height]);
  return Array.from({ length: a.height }, (_, y) => {
    let sum = 0;
    for (let i = y * a.width * 4; i < (y + 1) * a.width * 4; i++) {
      sum += (a.data[i] - b.data[i]) ** 2;
    }
    return sum / (a.width * 4);
  });
}

Deno.test("readHeifGrid() reads the tiles of an iPhone's file, and its rotation", () => {
  const { rows, columns, width, height, tile, orientation, type } = streetGrid;
  assert.deepEqual({ rows, columns, width, height, orientation, type }, {
    rows: 6,
    columns: 8,
    width: 4032,
    height: 3024,
    orientation: 3,
    type: "hvc1",
  });
  assert.deepEqual(tile, { width: 512, height: 512 });
});

for (
  const [width, height, rowsAtOnce, reduction] of [
    [4032, 1400, 1, "by two"],
    [5301, 1101, 1, "by three, which no row of tiles is a multiple of"],
    [3264, 1104, 1, "by a fraction"],
    [1500, 1100, 2, "not at all"],
  ] as const
) {
  Deno.test(`shares that are scaled ${reduction} join without a seam`, async () => {
    const file = fileOf(width, height, { turns: 2 });
    const grid = readHeifGrid(file)!;
    const [shares, whole] = [
      await decodeShares(file, grid, rowsAtOnce),
      // Fractions are rounded to quarters in shares, so there the whole picture in one share is the measure.
      reduction === "by a fraction"
        ? await decodeShares(file, grid, grid.rows)
        : await decodeWhole(file),
    ];
    const errors = rowErrors(shares, whole);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    assert.ok(mean < 0.35, `mean ${mean}`); // 53 dB: one converts colours after the scaling and rounds averages once
    const worst = Math.max(...errors);
    assert.ok(worst < 0.6, `row ${errors.indexOf(worst)} of ${errors.length}: ${worst}`);
  });
}

Deno.test("the shares of an iPhone's HEIC show the picture of its JPEG, at their borders too", async () => {
  const shares = await decodeShares(street, streetGrid, 1);
  const jpeg = await decodeWhole(await fixture("street.jpg"));
  assert.ok(psnr(shares, jpeg) >= 38, `${psnr(shares, jpeg)} dB`);
  for (let row = 1; row < streetGrid.rows; row++) {
    // The stored picture is upside down, and a working pixel is two pixels wide.
    const border = shares.height - row * streetGrid.tile.height / 2;
    const [one, other] = [shares, jpeg].map((picture) => rowsOf(picture, border - 2, border + 2));
    assert.ok(psnr(one, other) >= 36, `${psnr(one, other)} dB at row ${border}`);
  }
});

function rowsOf({ width, data }: Raster, from: number, to: number): Raster {
  return { width, height: to - from, data: data.slice(from * width * 4, to * width * 4) };
}

for (const turns of [0, 1, 2, 3]) {
  for (const flip of [undefined, 0, 1] as const) {
    Deno.test(`shares are turned by irot ${turns} and imir ${flip ?? "none"} as a whole picture is`, async () => {
      const file = fileOf(700, 600, { turns, flip });
      const grid = readHeifGrid(file)!;
      const errors = rowErrors(await decodeShares(file, grid, 1), await decodeWhole(file));
      assert.ok(Math.max(...errors) < 0.1);
    });
  }
}

Deno.test("readHeifGrid() returns null for a picture that is no plain grid of tiles", async (t) => {
  const file = fileOf(1000, 600);
  const text = (one: Uint8Array) => new TextDecoder("latin1").decode(one);
  const replaced = (from: string, to: string) => {
    const copy = file.slice();
    copy.set(new TextEncoder().encode(to), text(copy).indexOf(from));
    return copy;
  };
  const cases: [string, Uint8Array][] = [
    ["nothing", new Uint8Array()],
    ["another type of item", replaced("grid", "iovl")],
    ["tiles of an unknown type", replaced("hvc1", "hvc9")],
    ["no references", replaced("dimg", "free")],
    ["no properties", replaced("ipma", "free")],
    ["a clean aperture", replaced("pixi", "clap")],
    ["data beyond the end", file.subarray(0, file.length - 10)],
  ];
  for (const [name, one] of cases) {
    await t.step(name, () => assert.equal(readHeifGrid(one), null));
  }
  await t.step("every shorter file", () => {
    for (let length = 0; length < 2_000; length += 7) {
      assert.equal(readHeifGrid(file.subarray(0, length)), null);
    }
  });
});
