// Proves that the JPEG decoder in WebAssembly gives the pixels of its twin in TypeScript, also of values that no encoder writes.
import assert from "node:assert/strict";
import { decodeJpeg } from "../../../kernels/plain/decode_jpeg.ts";
import { readPlainJpeg } from "../../../shared/image/decode/jpeg/plain_jpeg.ts";
import { readJpegRows } from "../../../shared/image/decode/jpeg/read_jpeg_rows.ts";
import { jpegOfValues } from "../../helpers/plain_jpegs.ts";
import { seeded } from "../../helpers/random.ts";

/** Blocks of random values, from empty ones to full ones, up to `most`. */
function randomBlocks(random: (below: number) => number, most: number): () => number[] {
  return () => {
    const rarity = 1 + random(40);
    const values = Array.from(
      { length: 64 },
      () => random(rarity) ? 0 : random(2 * most + 1) - most,
    );
    values[0] = random(2 * most + 1) - most;
    return values;
  };
}

const SIZES = [[8, 8], [16, 16], [17, 9], [33, 47], [200, 24], [61, 130]];

for (const scale of [1, 2, 3, 4] as const) {
  for (const [width, height] of SIZES) {
    for (const sampling of ["4:4:4", "4:2:2", "4:2:0"] as const) {
      for (const [most, largest, interval] of [[30, 20, 0], [1_000, 2, 3], [8, 255, 5]]) {
        const name =
          `${width} x ${height} at ${scale}/8, ${sampling}, values up to ${most} x ${largest}`;
        Deno.test(`decodeUnits() gives the pixels of its twin: ${name}`, () => {
          const random = seeded(width * height + scale + most);
          const file = jpegOfValues({
            ...{ width, height, sampling, interval },
            divisor: () => 1 + random(largest),
            block: randomBlocks(random, most),
          });
          const jpeg = readPlainJpeg(file)!;
          const read = readJpegRows(file, jpeg, scale);
          assert.ok(typeof read === "object", `${read}`);
          assert.deepEqual(read.rows.data, decodeJpeg(file, jpeg, scale));
        });
      }
    }
  }
}
