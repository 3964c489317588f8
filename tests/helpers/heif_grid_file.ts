import { ByteWriter } from "../../shared/image/decode/heif/byte_writer.ts";
import type { HeifGrid } from "../../shared/image/decode/heif/heif_grid.ts";
import type { Size } from "../../shared/image/raster.ts";

/** An encoded picture for a HEIC: its data and its decoder configuration (the box `hvcC`, with its header). */
export interface HevcPicture extends Size {
  data: Uint8Array;
  hvcC: Uint8Array;
}

/** A HEIC in the form that iPhones write. */
export interface GridFile extends Size {
  columns: number;
  /** The tiles, row by row; all have the first one's size and configuration. */
  tiles: readonly HevcPicture[];
  /** An ICC profile. */
  profile?: Uint8Array;
  /** Quarter turns counter-clockwise (`irot`). @default none */
  turns?: number;
  /** A flip (`imir`) after the turns: 0 of top and bottom, 1 of left and right. @default none */
  flip?: 0 | 1;
  /** An EXIF block, beginning with the TIFF header. */
  exif?: Uint8Array;
  /** An HDR gain map: an auxiliary picture of one tile. */
  gainMap?: HevcPicture;
}

/** Writes a HEIC whose primary picture is a grid of tiles, in the form that iPhones write. */
export function writeGridFile(
  { width, height, columns, tiles, profile, turns, flip, exif, gainMap }: GridFile,
): Uint8Array<ArrayBuffer> {
  const grid = new ByteWriter().u8(0).u8(1).u8(tiles.length / columns - 1).u8(columns - 1)
    .u32(width).u32(height).bytes;
  const properties: Uint8Array[] = [];
  const add = (property: Uint8Array, isEssential = false) =>
    properties.push(property) | (isEssential ? 0x80 : 0);
  const size = ({ width, height }: Size) =>
    add(new ByteWriter().full("ispe", 0, 0, (box) => box.u32(width).u32(height)).bytes);

  const own = [size({ width, height })];
  const pixi = new ByteWriter().full("pixi", 0, 0, (box) => box.u8(3).u8(8).u8(8).u8(8)).bytes;
  own.push(add(pixi));
  if (profile) {
    own.push(add(new ByteWriter().box("colr", (box) => box.text("prof").raw(profile)).bytes));
  }
  if (turns !== undefined) {
    own.push(add(new ByteWriter().box("irot", (box) => box.u8(turns)).bytes, true));
  }
  if (flip !== undefined) {
    own.push(add(new ByteWriter().box("imir", (box) => box.u8(flip)).bytes, true));
  }
  const ofTiles = [add(tiles[0].hvcC, true), size(tiles[0])];
  if (profile) ofTiles.push(own[2]);

  interface Item {
    type: string;
    data: Uint8Array;
    own: number[];
    hidden: boolean;
  }
  const items: Item[] = tiles.map(({ data }) => ({
    type: "hvc1",
    data,
    own: ofTiles,
    hidden: true,
  }));
  const primary = items.push({ type: "grid", data: grid, own, hidden: false });
  const references: [name: string, from: number, to: number[]][] = [
    ["dimg", primary, tiles.map((_, i) => i + 1)],
  ];
  if (gainMap) {
    const urn = "urn:com:apple:photo:2020:aux:hdrgainmap";
    const auxC = add(new ByteWriter().full("auxC", 0, 0, (box) => box.text(`${urn}\0`)).bytes);
    const mapOwn = [add(gainMap.hvcC, true), size(gainMap), auxC];
    const map = items.push({ type: "hvc1", data: gainMap.data, own: mapOwn, hidden: true });
    references.push(["auxl", map, [primary]]);
  }
  if (exif) {
    const data = new ByteWriter().u32(0).raw(exif).bytes;
    references.push(["cdsc", items.push({ type: "Exif", data, own: [], hidden: true }), [primary]]);
  }
  // Items with the same data share it.
  const parts = [...new Set(items.map(({ data }) => data))];
  const meta = (dataAt: number) => {
    let at = dataAt;
    const offsets = new Map(parts.map((part) => [part, (at += part.length) - part.length]));
    return new ByteWriter().full("meta", 0, 0, (box) =>
      box
        .full("hdlr", 0, 0, (hdlr) => hdlr.u32(0).text("pict").u32(0).u32(0).u32(0).u8(0))
        .full("pitm", 0, 0, (pitm) => pitm.u16(primary))
        .full("iinf", 0, 0, (iinf) => {
          iinf.u16(items.length);
          items.forEach(({ type, hidden }, i) =>
            iinf.full("infe", 2, hidden ? 1 : 0, (infe) => infe.u16(i + 1).u16(0).text(type).u8(0))
          );
        })
        .full("iref", 0, 0, (iref) => {
          for (const [name, from, to] of references) {
            iref.box(name, (one) => {
              one.u16(from).u16(to.length);
              for (const id of to) one.u16(id);
            });
          }
        })
        .box("iprp", (iprp) =>
          iprp
            .box("ipco", (ipco) => properties.forEach((property) => ipco.raw(property)))
            .full("ipma", 0, 0, (ipma) => {
              ipma.u32(items.length);
              items.forEach(({ own }, i) => {
                ipma.u16(i + 1).u8(own.length);
                own.forEach((one) => ipma.u8(one));
              });
            }))
        .full("iloc", 1, 0, (iloc) => {
          iloc.u8(0x44).u8(0).u16(items.length);
          items.forEach(({ data }, i) =>
            iloc.u16(i + 1).u16(0).u16(0).u16(1).u32(offsets.get(data)!).u32(data.length)
          );
        })).bytes;
  };
  const ftyp =
    new ByteWriter().box("ftyp", (box) => box.text("heic").u32(0).text("mif1heic")).bytes;
  const file = new ByteWriter()
    .raw(ftyp)
    .raw(meta(ftyp.length + meta(0).length + 8))
    .box("mdat", (mdat) => parts.forEach((part) => mdat.raw(part)))
    .bytes;
  return file.slice() as Uint8Array<ArrayBuffer>;
}

/** Takes the tiles out of a HEIC's grid. */
export function tilesOf(file: Uint8Array, grid: HeifGrid): HevcPicture[] {
  const boxes = grid.propertyBoxes.map(({ from, to }) => file.slice(from, to));
  const hvcC = boxes.find((box) => new TextDecoder().decode(box.subarray(4, 8)) === "hvcC")!;
  const known = new Map<number, Uint8Array>();
  return grid.tiles.map(({ data: { from, to } }) => {
    const data = known.get(from) ?? file.slice(from, to);
    known.set(from, data);
    return { ...grid.tile, data, hvcC };
  });
}
