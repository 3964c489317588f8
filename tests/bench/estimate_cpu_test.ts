// Proves that the estimated CPU of decoding is correct within a factor of two, relative to the machine's speed
// (Linux).
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import type { InputFormat } from "../../shared/image/image_format.ts";
import { inspectPhoto } from "../../shared/image/decode/inspect_photo.ts";
import { readDecodeLoad } from "../../shared/image/decode/decode_load.ts";
import { estimateDecodeMs } from "../../shared/photo/estimate_decode.ts";
import { fixture } from "../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";

/** Decodes per photo, each in a new process; the least CPU counts, as other processes only add to it. */
const RUNS = 3;

/** CPU of decoding a photo as the first work of a process, in milliseconds. */
async function measure(path: string): Promise<number> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "bench/decode_cost.ts", path],
    cwd: new URL("../../", import.meta.url),
    stderr: "inherit",
  });
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { stdout, success } = await command.output();
    assert.ok(success);
    times.push(Number(new TextDecoder().decode(stdout)));
  }
  return Math.min(...times);
}

Deno.test({
  name: "decoding estimates are correct within a factor of two, at any machine speed",
  ignore: Deno.build.os !== "linux", // the CPU of a thread is read from /proc
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const medium = await rasterOf(
        await fixture("street.jpg"),
        (image) => image.resize(1008, 756),
      );
      // Larger than the working size, and not a multiple of it: scaling costs as much as decoding.
      const scaled = await rasterOf(
        await fixture("street.jpg"),
        (image) => image.resize(2368, 1776),
      );
      const files: Record<InputFormat | "scaled png" | "scaled bmp", Uint8Array> = {
        jpeg: await fixture("street.jpg"),
        png: await fileOf(medium, MagickFormat.Png24),
        webp: await fileOf(medium, MagickFormat.WebP),
        tiff: await fileOf(medium, MagickFormat.Tiff),
        bmp: await fileOf(medium, MagickFormat.Bmp),
        gif: await fileOf(medium, MagickFormat.Gif),
        heic: await fixture("formats/medium.heic"),
        avif: await fixture("formats/medium.avif"),
        "scaled png": await fileOf(scaled, MagickFormat.Png32, { quality: 15 }),
        "scaled bmp": await fileOf(scaled, MagickFormat.Bmp),
      };
      const ratios: [format: string, ratio: number][] = [];
      for (const [format, file] of Object.entries(files)) {
        const header = inspectPhoto(file, { maxPixels: 64_000_000 });
        assert.ok(header.ok && format.endsWith(header.value.format));
        const path = `${folder}/photo`;
        await Deno.writeFile(path, file);
        ratios.push([
          format,
          await measure(path) /
          estimateDecodeMs({ ...header.value, load: readDecodeLoad(file, header.value) }),
        ]);
      }
      // All types share the machine's speed.
      const speed = ratios.map(([, ratio]) => ratio).sort((a, b) => a - b)[ratios.length / 2];
      const table = ratios.map(([format, ratio]) => `${format} ${(ratio / speed).toFixed(2)}`).join(
        ", ",
      );
      for (const [, ratio] of ratios) {
        assert.ok(ratio / speed <= 2 && ratio / speed >= 0.5, table);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
