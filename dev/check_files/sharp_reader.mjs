// Reads image files with sharp for process_reader.ts, which says what goes in and out.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** sharp as the benchmark has it, pinned by bench/peers/package-lock.json. */
function load() {
  try {
    return createRequire(new URL("../../bench/peers/", import.meta.url))("sharp");
  } catch (error) {
    say({ absent: `sharp is not installed: ${error.code ?? error.message}` });
    process.exit(0);
  }
}

const sharp = load();
sharp.cache(false);

async function read({ path, width, height }) {
  const options = { failOn: "error", limitInputPixels: 120_000_000 };
  const { format, autoOrient } = await sharp(path, options).metadata();
  const answer = { width: autoOrient.width, height: autoOrient.height, format };
  const isTurned = width && (answer.width > answer.height) !== (width > height);
  const [across, down] = isTurned ? [height, width] : [width, height];
  const image = sharp(path, options).autoOrient();
  if (width) image.resize(across, down, { fit: "fill", kernel: "mitchell" });
  const { data } = await image.toColourspace("srgb").ensureAlpha().raw()
    .toBuffer({ resolveWithObject: true });
  return width ? [{ ...answer, image: { width: across, height: down } }, data] : [answer];
}

say({ ready: `sharp ${sharp.versions.sharp}` });
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const [answer, pixels] = await read(JSON.parse(line));
    say(answer);
    if (pixels) process.stdout.write(pixels);
  } catch (error) {
    say({ refused: error.message.slice(0, 200) });
  }
}
