// Proves when photos are converted or downscaled before their upload, to what size, and that no failure prevents an upload.
import assert from "node:assert/strict";
import {
  type Conversion,
  convertPhoto,
  type ConvertPhotoOptions,
  processImage,
  type ProcessImageOptions,
  uploadPhoto,
} from "../../client/mod.ts";
import { fixture } from "../helpers/call.ts";
import { FakeBrowser } from "./fake_browser.ts";
import { fakeFunction, REPLY } from "./fake_function.ts";

const padded = (head: number[]) => {
  const bytes = new Uint8Array(5_000);
  bytes.set(head);
  return new Blob([bytes]);
};
const JPEG = padded([0xff, 0xd8, 0xff]);
const PNG = padded([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEIC = new File([await fixture("formats/small.heic")], "IMG_1.HEIC");

async function converted(photo: Blob, options?: ConvertPhotoOptions): Promise<Conversion> {
  const { data, error } = await convertPhoto(photo, options);
  assert.equal(error, null);
  return data;
}

Deno.test("a downscaled photo is upright and keeps its proportions", async () => {
  using browser = new FakeBrowser({ width: 3_000, height: 4_000, bytes: 900 });
  const { photo, by, error } = await converted(JPEG, { downscale: { longSide: 2_048 } });
  assert.deepEqual([photo.type, photo.size, by, error], ["image/jpeg", 900, "browser", null]);
  assert.deepEqual(browser.done, [[0, 0, 1_536, 2_048], "high", 0.9, "closed"]);
  await converted(JPEG, { downscale: { longSide: 100, quality: 0.5 } });
  assert.deepEqual(browser.done.slice(4), [[0, 0, 75, 100], "high", 0.5, "closed"]);
});

Deno.test("a photo with transparent pixels is downscaled to a PNG", async () => {
  using _browser = new FakeBrowser({ width: 300, height: 400, bytes: 900, alpha: 0 });
  const { photo } = await converted(PNG, { downscale: { longSide: 100 } });
  assert.equal(photo.type, "image/png");
});

Deno.test("a photo stays unchanged if it cannot or need not be downscaled", async (t) => {
  const downscale = { longSide: 2_048 };
  const large = { width: 3_000, height: 4_000 };
  await t.step("if it is small", async () => {
    using browser = new FakeBrowser({ width: 2_048, height: 1_000, bytes: 900 });
    const { photo, by, error } = await converted(JPEG, { downscale });
    assert.deepEqual([photo, by, error], [JPEG, null, null]);
    assert.deepEqual(browser.done, ["closed"]);
  });
  await t.step("if the JPEG has more bytes", async () => {
    using _browser = new FakeBrowser({ ...large, bytes: 5_000 });
    const { photo, by, error } = await converted(JPEG, { downscale });
    assert.deepEqual([photo, by, error], [JPEG, null, null]);
  });
  await t.step("if the browser cannot decode it, with the reason", async () => {
    using _browser = new FakeBrowser({ ...large, bytes: 900, reads: false });
    const { photo, by, error } = await converted(JPEG, { downscale });
    assert.deepEqual([photo, by, error?.code], [JPEG, null, "conversion_failed"]);
  });
  await t.step("if the browser cannot encode it, with the reason", async () => {
    using _browser = new FakeBrowser({ ...large, bytes: 0 });
    Object.assign(globalThis, {
      OffscreenCanvas: class {
        getContext = () => null;
      },
    });
    const { photo, error } = await converted(JPEG, { downscale });
    assert.equal(photo, JPEG);
    assert.match(error!.message, /sent as it is\. \(There is no canvas\.\)/);
  });
  await t.step("if there is no canvas", async () => {
    assert.equal((await converted(JPEG, { downscale })).photo, JPEG);
  });
});

Deno.test("a HEIC that the browser decodes becomes a JPEG of at most 4032 pixels a side", async () => {
  using browser = new FakeBrowser({ width: 6_048, height: 8_064, bytes: 90_000 });
  const { photo, from, by, error } = await converted(HEIC);
  assert.deepEqual([from, by, error], ["image/heic", "browser", null]);
  // The JPEG has more bytes than the HEIC, but the function decodes it with less CPU.
  assert.deepEqual([photo.type, photo.size, (photo as File).name], [
    ...["image/jpeg", 90_000, "IMG_1.HEIC"],
  ]);
  assert.deepEqual(browser.done, [[0, 0, 3_024, 4_032], "high", 0.92, "closed"]);
  await converted(HEIC, { longSide: 1_000, quality: 0.8 });
  assert.deepEqual(browser.done.slice(4), [[0, 0, 750, 1_000], "high", 0.8, "closed"]);
});

Deno.test("a HEIC within the size is converted at its own size, unless it has transparent pixels", async () => {
  const size = { width: 4_032, height: 3_024 };
  {
    using browser = new FakeBrowser({ ...size, bytes: 900 });
    assert.equal((await converted(HEIC)).by, "browser");
    assert.deepEqual(browser.done[0], [0, 0, 4_032, 3_024]);
  }
  using _browser = new FakeBrowser({ ...size, bytes: 9_000_000, alpha: 0 });
  assert.equal((await converted(HEIC)).photo, HEIC);
});

Deno.test("processImage() sends the converted photo, and reports the conversion", async () => {
  using browser = new FakeBrowser({ width: 400, height: 300, bytes: 900 });
  const { supabase, calls } = fakeFunction(Response.json(REPLY));
  const stages: unknown[] = [];
  const onProgress: ProcessImageOptions["onProgress"] = ({ stage, conversion }) =>
    stages.push(conversion?.by ?? stage);
  const { data } = await processImage(supabase, HEIC, { onProgress });
  assert.equal(data?.conversion?.by, "browser");
  assert.equal(calls[0].headers.get("content-type"), "image/jpeg");
  assert.equal(new URL(calls[0].url).searchParams.get("filename"), "IMG_1.HEIC");
  assert.deepEqual(stages, ["preparing", "browser", "uploading", "done"]);

  browser.done.length = 0;
  await processImage(supabase, HEIC, { upload: { convert: false } });
  assert.equal(calls[1].headers.get("content-type"), "image/heic");
  assert.deepEqual(browser.done, []);
});

Deno.test("processImage() sends a HEIC as it is if nothing can decode it, and says why", async () => {
  using _browser = new FakeBrowser({ width: 400, height: 300, bytes: 900, reads: false });
  const { supabase, calls } = fakeFunction(Response.json(REPLY));
  const failing = () => Promise.reject(new Error("the chunk is gone"));
  for (const convert of [undefined, { heicDecoder: failing }]) {
    const { data, error } = await processImage(supabase, HEIC, { upload: { convert } });
    assert.equal(error, null);
    assert.equal(data.conversion?.photo, HEIC);
    assert.equal(data.conversion.error?.code, "conversion_failed");
    assert.equal(calls.at(-1)!.headers.get("content-type"), "image/heic");
    assert.equal((await calls.at(-1)!.bytes()).length, HEIC.size);
  }
});

Deno.test("outside of browsers no photo is converted", async () => {
  const { supabase, calls } = fakeFunction(Response.json(REPLY));
  const { data } = await processImage(supabase, HEIC);
  assert.equal(data?.conversion, undefined);
  assert.equal(calls[0].headers.get("content-type"), "image/heic");
  assert.deepEqual((await convertPhoto(new Blob([]))).error?.code, "image_unreadable");
});

Deno.test("invalid sizes and qualities are a TypeError", async () => {
  const { supabase } = fakeFunction(new Error("unexpected call"));
  for (const wrong of [{ longSide: 0 }, { longSide: NaN }, { longSide: 9, quality: 90 }]) {
    await assert.rejects(uploadPhoto(supabase, JPEG, { downscale: wrong }), TypeError);
    await assert.rejects(processImage(supabase, JPEG, { upload: { convert: wrong } }), TypeError);
    await assert.rejects(convertPhoto(JPEG, wrong), TypeError);
  }
  await assert.rejects(convertPhoto("photo" as unknown as Blob), TypeError);
});
