/**
 * Work that does not change with the function's code: it starts ImageMagick, decodes a photo of 12 megapixels, scales it
 * and encodes it. Prints the CPU time of the main thread since the process's start, in milliseconds.
 *
 * `machine_slowdown.ts` runs it (Linux: the CPU time comes from `/proc`).
 *
 * @module
 */
import { ImageMagick, initializeImageMagick, MagickFormat } from "@imagemagick/magick-wasm";
import { readCpuTimes } from "./linux_cpu.ts";

const wasm = new URL("x86/magick.wasm", import.meta.resolve("@imagemagick/magick-wasm"));
await initializeImageMagick(await Deno.readFile(wasm));
const photo = await Deno.readFile(new URL("../fixtures/street.jpg", import.meta.url));
ImageMagick.read(photo, (image) => {
  image.resize(1008, 756);
  image.write(MagickFormat.Jpeg, () => {});
});
console.log((await readCpuTimes(Deno.pid)).mainThreadMs);
