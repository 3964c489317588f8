/**
 * Does the function's job with sharp (native libvips) in one thread, twice in one process: the second job is "warm".
 *
 * `node sharp_job.mjs PHOTO MASK_PNG FORMAT QUALITY EFFORT`, the mask of the working size. Prints as JSON the CPU
 * milliseconds of the whole process up to the end of the first job, those of the second job, and the files' sizes.
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import sharp from "sharp";

const [photoPath, maskPath, format, quality, effort] = process.argv.slice(2);
const PADDING_PX = 50;
const SHADOW_ROOM_PX = 20;
const CLEAR = { r: 0, g: 0, b: 0, alpha: 0 };

sharp.concurrency(1);
sharp.cache(false);

const photo = await readFile(photoPath);
const mask = await readFile(maskPath);

const files = await job();
const firstMs = cpuMs();
await job();
console.log(JSON.stringify({
  firstMs,
  secondMs: cpuMs() - firstMs,
  bytes: files.map((file) => file.length),
}));

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function job() {
  const size = await sharp(mask).metadata();
  const image = await sharp(photo).rotate().resize(size.width, size.height, { fit: "fill" })
    .removeAlpha().raw().toBuffer({ resolveWithObject: true });
  await sharp(image.data, { raw: image.info }).jpeg({ quality: 90 }).toBuffer(); // the photo for API4.ai
  const coverage = await sharp(mask).extractChannel(0).toColourspace("b-w").raw()
    .toBuffer({ resolveWithObject: true });
  const box = cropBox(coverage);
  const alpha = await sharp(coverage.data, { raw: coverage.info }).extract(box)
    .toColourspace("b-w").raw().toBuffer();
  const crop = await sharp(image.data, { raw: image.info }).extract(box)
    .joinChannel(alpha, { raw: { width: box.width, height: box.height, channels: 1 } })
    .raw().toBuffer({ resolveWithObject: true });
  const room = SHADOW_ROOM_PX;
  const processed = sharp(crop.data, { raw: crop.info })
    .extend({ top: room, bottom: room, left: room, right: room, background: CLEAR });
  return [
    await withShadow(processed, 1),
    await withShadow(contained(crop, 600, 400), Math.min(600 / box.width, 400 / box.height)),
    await withShadow(contained(crop, 1200, 800), Math.min(1200 / box.width, 800 / box.height)),
  ];
}

/** Returns the box of pixels with an alpha above 10, plus the padding, within the image. */
function cropBox({ data, info: { width, height } }) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] <= 10) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  left = Math.max(0, left - PADDING_PX);
  top = Math.max(0, top - PADDING_PX);
  return {
    left,
    top,
    width: Math.min(width, right + 1 + PADDING_PX) - left,
    height: Math.min(height, bottom + 1 + PADDING_PX) - top,
  };
}

function contained(crop, width, height) {
  return sharp(crop.data, { raw: crop.info })
    .resize(width, height, { fit: "contain", kernel: "lanczos3", background: CLEAR });
}

/** Draws the same shadow: sigma 15, 15 to the right and down, black at 50 %, all at the variant's scale. */
async function withShadow(pipeline, scale) {
  const car = await pipeline.raw().toBuffer({ resolveWithObject: true });
  const { width, height } = car.info;
  const offset = Math.round(15 * scale);
  const [across, down] = [width - offset, height - offset];
  const alpha = await sharp(car.data, { raw: car.info }).extractChannel(3)
    .toColourspace("b-w").raw().toBuffer();
  const shade = await sharp(alpha, { raw: { width, height, channels: 1 } })
    .extract({ left: 0, top: 0, width: across, height: down }).blur(15 * scale).linear(0.5, 0)
    .toColourspace("b-w").raw().toBuffer();
  const shadow = await sharp({
    create: { width: across, height: down, channels: 3, background: "black" },
  }).joinChannel(shade, { raw: { width: across, height: down, channels: 1 } })
    .raw().toBuffer({ resolveWithObject: true });
  const result = sharp(car.data, { raw: car.info }).composite([{
    input: shadow.data,
    raw: shadow.info,
    left: offset,
    top: offset,
    blend: "dest-over",
  }]);
  return await (format === "png"
    ? result.png()
    : result.webp({ quality: Number(quality), effort: Number(effort) })).toBuffer();
}
