// Proves that a photo's ICC profile is applied if it describes the photo's own colour model, and otherwise ignored
// with a warning: the colours are then those of the same file without it. Covers each pair of picture and profile,
// for each type that carries profiles.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { rgbProfile, srgbProfile } from "../../../shared/image/decode/icc_profile.ts";
import type { Raster } from "../../../shared/image/raster.ts";
import { cmykProfile } from "../../helpers/cmyk_profile.ts";
import { DISPLAY_P3 } from "../../helpers/display_p3.ts";
import { decoded } from "../../helpers/fixtures.ts";
import { fileOf } from "../../helpers/magick_files.ts";
import { assertNear, at, draw } from "../../helpers/pixels.ts";
import { type PictureModel, profileCarriers } from "../../helpers/profile_files.ts";
import { greyProfile, labProfile, paddedTo } from "../../helpers/profiles.ts";
import { tiffOf } from "../../helpers/tiff_files.ts";
import { webpWithProfile } from "../../helpers/with_profile.ts";

const P3 = rgbProfile("Display P3", DISPLAY_P3);
const CMYK = cmykProfile(([c, m, y, k]) => [
  (1 - 0.8 * c) * (1 - 0.9 * k),
  (1 - 0.7 * m) * (1 - 0.9 * k),
  (1 - 0.6 * y) * (1 - 0.9 * k),
]);
const LARGE_BYTES = 4 << 20;

/** Profiles, each with the model that it describes, or `null` if it describes none. */
const PROFILES: [name: string, profile: Uint8Array, describes: PictureModel | null][] = [
  ["RGB", P3, "RGB"],
  ["grey", greyProfile(1), "grey"],
  ["CMYK", CMYK, "CMYK"],
  ["Lab", labProfile(), null],
  ["broken (cut off)", P3.subarray(0, 200), null],
  ["broken (noise)", P3.map((_, i) => (i * 37) & 255), null],
  ["broken (no tag within it)", P3.map((value, i) => i < 132 ? value : 255), null],
  ["of a device link's class", withText(P3, 12, "link"), null],
  ["empty", new Uint8Array(), null],
  ["RGB of 4 MB", paddedTo(P3, LARGE_BYTES), "RGB"],
  ["grey of 4 MB", paddedTo(greyProfile(1), LARGE_BYTES), "grey"],
  ["CMYK of 4 MB", paddedTo(CMYK, LARGE_BYTES), "CMYK"],
];

function withText(profile: Uint8Array, from: number, text: string): Uint8Array {
  const copy = profile.slice();
  for (let i = 0; i < text.length; i++) copy[from + i] = text.charCodeAt(i);
  return copy;
}

async function read(file: Uint8Array): Promise<{ image: Raster; profileIgnored: boolean }> {
  using photo = await decoded(file);
  const image = photo.read({ x: 0, y: 0, ...photo.size });
  return { image, profileIgnored: photo.profileIgnored };
}

function largestDifference(a: Raster, b: Raster): number {
  assert.deepEqual([a.width, a.height], [b.width, b.height]);
  return a.data.reduce((max, value, i) => Math.max(max, Math.abs(value - b.data[i])), 0);
}

for (const carrier of await profileCarriers()) {
  const { format, model, maxBytes } = carrier;
  // A HEIC's grey is decoded as RGB; an RGB profile describes it as well, and leaves grey as it is.
  const asRgb = format === "heic" && model === "grey";
  for (const [name, profile, describes] of PROFILES) {
    if (profile.length > maxBytes) continue;
    const fits = describes === model || (asRgb && describes === "RGB");
    const does = fits ? "goes by" : "ignores";
    Deno.test(`decodePhoto() ${does} the profile of a ${model} ${format} that is ${name}`, async () => {
      const plain = await read(carrier.with(null));
      const { image, profileIgnored } = await read(carrier.with(profile));
      const difference = largestDifference(image, plain.image);
      const seen = profile.length > 0 || format === "png" || format === "heic" || format === "avif";
      assert.equal(profileIgnored, !fits && seen);
      if (fits && !asRgb) assert.ok(difference > 20, `it changes ${difference} levels`);
      if (!fits) assert.equal(difference, 0);
    });
  }
}

for (const { format, model, with: withProfile, maxBytes } of await profileCarriers()) {
  if (maxBytes < Infinity) continue; // these always have one
  Deno.test(`decodePhoto() does not warn for a ${model} ${format} without a profile`, async () => {
    assert.equal((await read(withProfile(null))).profileIgnored, false);
  });
}

Deno.test("decodePhoto() applies a grey profile's own curve", async () => {
  for (const { format, model, with: withProfile } of await profileCarriers()) {
    if (model !== "grey") continue;
    const { image } = await read(withProfile(greyProfile(1)));
    // a linear 108 of 255 is 0.4235 of the light, for which sRGB has 174
    assertNear(at(image, 3 * 16 + 8, 32), [174, 174, 174, 255], 2, format);
  }
});

Deno.test("decodePhoto() applies a grey profile to a WebP only if the whole picture is grey", async () => {
  const size = { width: 64, height: 200 };
  const grey = draw(size, (x) => [3 * x, 3 * x, 3 * x, 255]);
  const spot = draw(
    size,
    (x, y) => y === 199 && x === 60 ? [180, 20, 20, 255] : [3 * x, 3 * x, 3 * x, 255],
  );
  for (const [picture, ignored] of [[grey, false], [spot, true]] as const) {
    const file = await fileOf(picture, MagickFormat.WebP, {
      edit: (image) => image.settings.setDefine(MagickFormat.WebP, "lossless", true),
    });
    const { profileIgnored } = await read(webpWithProfile(file, greyProfile(1), size));
    assert.equal(profileIgnored, ignored);
  }
});

Deno.test("decodePhoto() does not warn for sRGB's own profile", async () => {
  for (const { format, model, with: withProfile } of await profileCarriers()) {
    if (model !== "RGB") continue;
    assert.equal((await read(withProfile(srgbProfile()))).profileIgnored, false, format);
  }
});

Deno.test("decodePhoto() reads a TIFF in Lab the same with and without a Lab profile", async () => {
  const size = { width: 4, height: 4 };
  const parts = [Uint8Array.from({ length: 48 }, (_, i) => [136, 40, 20][i % 3])];
  for (const profile of [undefined, labProfile()]) {
    const fields = profile ? [[34_675, 7, profile] as const] : [];
    const { image, profileIgnored } = await read(
      tiffOf({ ...size, parts, photometric: 8, fields }),
    );
    assert.equal(profileIgnored, false);
    // L* 53.3, a* 40, b* 20
    assertNear(at(image, 2, 2), [196, 94, 94, 255], 3);
  }
});
