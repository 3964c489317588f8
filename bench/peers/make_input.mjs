/**
 * `node make_input.mjs PHOTO OUT WIDTH HEIGHT FORMAT`: writes the photo at another size and in another format.
 * Enlarged photos get grain, so that the file is about as large as that of a real photo of that size.
 */
import { writeFile } from "node:fs/promises";
import process from "node:process";
import sharp from "sharp";

const [photo, out, widthText, heightText, format] = process.argv.slice(2);
const width = Number(widthText);
const height = Number(heightText);
const WRITTEN = {
  jpeg: { quality: 90 },
  progressive: { quality: 90, progressive: true },
  p3: { quality: 90 },
  png: { compressionLevel: 6 },
  webp: { quality: 85, effort: 2 },
  avif: { quality: 60, effort: 1, chromaSubsampling: "4:2:0" },
  tiff: { compression: "lzw" },
};

/** Formats that are JPEGs: with several scans, and with the colours of Display P3. */
const JPEGS = new Set(["jpeg", "progressive", "p3"]);

const source = sharp(photo, { limitInputPixels: false }).rotate();
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
const coloured = format === "p3" ? grainy.withIccProfile("p3") : grainy;
if (format === "bmp") await writeBmp(grainy, out);
else await coloured.toFormat(JPEGS.has(format) ? "jpeg" : format, WRITTEN[format]).toFile(out);

/** Writes a BMP of 24 bits a pixel, which sharp cannot write. */
async function writeBmp(image, path) {
  const { data, info } = await image.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const stride = Math.ceil(info.width * 3 / 4) * 4;
  const file = Buffer.alloc(54 + stride * info.height);
  file.write("BM");
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(info.width, 18);
  file.writeInt32LE(-info.height, 22); // from top to bottom
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      const from = (y * info.width + x) * 3;
      file.set([data[from + 2], data[from + 1], data[from]], 54 + y * stride + x * 3);
    }
  }
  await writeFile(path, file);
}
