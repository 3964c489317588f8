/** `node make_mask.mjs MASK_PNG OUT_PNG WIDTH HEIGHT`: writes a mask at another size, as a grey PNG like API4.ai's. */
import process from "node:process";
import sharp from "sharp";

const [mask, out, width, height] = process.argv.slice(2);
await sharp(mask).resize(Number(width), Number(height), { fit: "fill" }).extractChannel(0)
  .toColourspace("b-w").png().toFile(out);
