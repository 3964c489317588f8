import { ByteWriter } from "./byte_writer.ts";
import type { HeifGrid } from "./heif_grid.ts";

/** Some rows of a grid's tiles, from `from` up to and not including `to`. */
export interface TileRows {
  from: number;
  to: number;
}

/** The item of the grid; its tiles follow. */
const GRID_ID = 1;

/** The flag of an item that is no picture of its own. */
const HIDDEN = 1;

/**
 * Writes a HEIC or AVIF of some rows of tiles. It has the tiles' data and the properties of the whole file, except for
 * the size and without rotation, so a decoder needs no more than the share's time and memory.
 *
 * @param bytes The whole file.
 * @param grid Its grid.
 * @param rows The rows of tiles.
 * @returns A file whose picture is as wide as the whole one, and {@linkcode heightOf} high.
 */
export function heifRows(bytes: Uint8Array, grid: HeifGrid, rows: TileRows): Uint8Array {
  const { columns, width } = grid;
  const tiles = grid.tiles.slice(rows.from * columns, rows.to * columns);
  const height = heightOf(grid, rows);
  const copy = ({ from, to }: { from: number; to: number }) => bytes.subarray(from, to);

  const shape = new ByteWriter().u8(0).u8(1).u8(rows.to - rows.from - 1).u8(columns - 1)
    .u32(width).u32(height).bytes;
  const size = new ByteWriter().full("ispe", 0, 0, (box) => box.u32(width).u32(height)).bytes;
  const sizeIndex = grid.propertyBoxes.length + 1;
  // A tile that stands in several places is stored once.
  const unique = new Map(tiles.map((tile) => [tile.data.from, tile]));
  const parts = [shape, ...[...unique.values()].map(({ data }) => copy(data))];
  const indexOf = new Map([...unique.keys()].map((from, i) => [from, i + 1]));

  const meta = (dataAt: number) => {
    const offsets = parts.map((_, i) =>
      dataAt + parts.slice(0, i).reduce((sum, { length }) => sum + length, 0)
    );
    const items = [0, ...tiles.map(({ data }) => indexOf.get(data.from)!)];
    return new ByteWriter().full("meta", 0, 0, (box) =>
      box
        .raw(copy(grid.hdlr))
        .full("pitm", 0, 0, (pitm) => pitm.u16(GRID_ID))
        .full("iloc", 0, 0, (iloc) => {
          iloc.u16(0x4400).u16(items.length); // offsets and lengths of four bytes
          items.forEach((part, i) =>
            iloc.u16(GRID_ID + i).u16(0).u16(1).u32(offsets[part]).u32(parts[part].length)
          );
        })
        .full("iinf", 0, 0, (iinf) => {
          iinf.u16(items.length);
          items.forEach((_, i) =>
            iinf.full("infe", 2, i === 0 ? 0 : HIDDEN, (infe) =>
              infe.u16(GRID_ID + i).u16(0).text(i === 0 ? "grid" : grid.type).u8(0))
          );
        })
        .full("iref", 0, 0, (iref) =>
          iref.box("dimg", (dimg) => {
            dimg.u16(GRID_ID).u16(tiles.length);
            tiles.forEach((_, i) =>
              dimg.u16(GRID_ID + 1 + i)
            );
          }))
        .box("iprp", (iprp) =>
          iprp
            .box("ipco", (ipco) => {
              for (const property of grid.propertyBoxes) {
                ipco.raw(copy(property));
              }
              ipco.raw(size);
            })
            .full("ipma", 0, 1, (ipma) => {
              ipma.u32(items.length);
              const own = [sizeIndex, ...grid.properties];
              [
                own,
                ...tiles.map(({ properties }) =>
                  properties
                ),
              ].forEach((properties, i) => {
                ipma.u16(GRID_ID + i).u8(properties.length);
                for (const one of properties) ipma.u16(one);
              });
            }))).bytes;
  };
  const ftyp = copy(grid.ftyp);
  const dataAt = ftyp.length + meta(0).length + BOX_HEADER_BYTES;
  return new ByteWriter()
    .raw(ftyp)
    .raw(meta(dataAt))
    .box("mdat", (mdat) => parts.forEach((part) => mdat.raw(part)))
    .bytes;
}

const BOX_HEADER_BYTES = 8;

/** Computes the height of some rows of tiles, in pixels: the last row may reach beyond the picture. */
export function heightOf({ tile, height }: HeifGrid, { from, to }: TileRows): number {
  return Math.min(height, to * tile.height) - from * tile.height;
}
