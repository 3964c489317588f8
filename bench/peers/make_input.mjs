/**
 * `node make_input.mjs PHOTO OUT WIDTH HEIGHT FORMAT`: writes the photo at another size and in another format.
 * Enlarged photos get grain, so that the file is about as large as that of a real photo of that size.
 */
import process from "node:process";
import sharp from "sharp";

const [photo, out, widthText, heightText, format] = process.argv.slice(2);
const width = Number(widthText);
const height = Number(heightText);
const WRITTEN = {
  jpeg: { quality: 90 },
  png: { compressionLevel: 6 },
  webp: { quality: 85, effort: 2 },
  avif: { quality: 60, effort: 1 },
  tiff: { compression: "lzw" },
};

const source = sharp(photo).rotate();
const { width: from } = await sharp(photo).metadata();
const grain = width > from
  ? await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: "gray",
      noise: { type: "gaussian", mean: 128, sigma: 8 },
    },
  }).png({ compressionLevel: 0 }).toBuffer()
  : undefined;
const resized = source.resize(width, height, { fit: "fill" });
const grainy = grain ? resized.composite([{ input: grain, blend: "soft-light" }]) : resized;
await grainy.toFormat(format, WRITTEN[format]).toFile(out);
