// Proves how photos are downscaled with a canvas, and when they stay unchanged.
import assert from "node:assert/strict";
import { uploadPhoto } from "../../client/mod.ts";
import { downscale } from "../../client/src/downscale.ts";
import { fakeFunction } from "./fake_function.ts";

/** A fake canvas that records its calls. */
class FakeBrowser {
  readonly done: unknown[] = [];

  /** @param bytes Size of the JPEG that it writes. */
  constructor(width: number, height: number, bytes: number, reads = true) {
    const { done } = this;
    const pen = {
      fillStyle: "",
      imageSmoothingQuality: "",
      fillRect: () => done.push(pen.fillStyle),
      drawImage: (_: unknown, ...box: number[]) => done.push(box, pen.imageSmoothingQuality),
    };
    class OffscreenCanvas {
      constructor(readonly width: number, readonly height: number) {}
      getContext = () => pen;
      convertToBlob = (options: { type: string; quality: number }) => {
        done.push(options.quality);
        return Promise.resolve(new Blob([new Uint8Array(bytes)], options));
      };
    }
    const createImageBitmap = (_: Blob, options: unknown) => {
      assert.deepEqual(options, { imageOrientation: "from-image" });
      const bitmap = { width, height, close: () => done.push("closed") };
      return reads ? Promise.resolve(bitmap) : Promise.reject(new Error("no HEIC here"));
    };
    Object.assign(globalThis, { OffscreenCanvas, createImageBitmap });
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, {
      OffscreenCanvas: undefined,
      createImageBitmap: bitmap,
    });
  }
}

const bitmap = globalThis.createImageBitmap;
const PHOTO = new Blob([new Uint8Array(5_000)], { type: "image/png" });

Deno.test("a downscaled photo is upright, on white, and keeps its proportions", async () => {
  using browser = new FakeBrowser(3_000, 4_000, 900);
  const smaller = await downscale(PHOTO, { longSide: 2_048 });
  assert.deepEqual([smaller.type, smaller.size], ["image/jpeg", 900]);
  assert.deepEqual(browser.done, ["#fff", [0, 0, 1_536, 2_048], "high", 0.9, "closed"]);
  await downscale(PHOTO, { longSide: 100, quality: 0.5 });
  assert.deepEqual(browser.done.slice(5), ["#fff", [0, 0, 75, 100], "high", 0.5, "closed"]);
});

Deno.test("a photo stays unchanged if it cannot be downscaled", async (t) => {
  await t.step("if it is small", async () => {
    using browser = new FakeBrowser(2_048, 1_000, 900);
    assert.equal(await downscale(PHOTO, { longSide: 2_048 }), PHOTO);
    assert.deepEqual(browser.done, ["closed"]);
  });
  await t.step("if the JPEG has more bytes", async () => {
    using _browser = new FakeBrowser(3_000, 4_000, 5_000);
    assert.equal(await downscale(PHOTO, { longSide: 2_048 }), PHOTO);
  });
  await t.step("if the browser cannot decode its type", async () => {
    using _browser = new FakeBrowser(3_000, 4_000, 900, false);
    assert.equal(await downscale(PHOTO, { longSide: 2_048 }), PHOTO);
  });
  await t.step("if there is no canvas", async () => {
    assert.equal(await downscale(PHOTO, { longSide: 2_048 }), PHOTO);
  });
});

Deno.test("invalid sizes and qualities are a TypeError", async () => {
  const { supabase } = fakeFunction(new Error("unexpected call"));
  for (
    const wrong of [{ longSide: 0 }, { longSide: NaN }, {
      longSide: 9,
      quality: 90,
    }]
  ) {
    await assert.rejects(uploadPhoto(supabase, PHOTO, { downscale: wrong }), TypeError);
  }
});
