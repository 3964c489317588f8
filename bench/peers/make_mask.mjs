/** `node make_mask.mjs MASK_PNG OUT_PNG WIDTH HEIGHT`: a mask at another size, as the grey PNG that API4.ai answers. */
import process from "node:process";
import sharp from "sharp";

const [mask, out, width, height] = process.argv.slice(2);
await sharp(mask).resize(Number(width), Number(height), { fit: "fill" }).extractChannel(0)
  .toColourspace("b-w").png().toFile(out);
