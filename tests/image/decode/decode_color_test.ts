// Proves that decoding converts Display P3, grey and CMYK photos to sRGB.
import assert from "node:assert/strict";
import { ColorSpace, MagickFormat } from "@imagemagick/magick-wasm";
import { rgbProfile, srgbProfile } from "../../../shared/image/decode/icc_profile.ts";
import { cmykProfile, type Srgb } from "../../helpers/cmyk_profile.ts";
import { concat, latin1 } from "../../helpers/bytes.ts";
import { withSegments } from "../../helpers/metadata.ts";
import { DISPLAY_P3, p3ToSrgb, renamed } from "../../helpers/display_p3.ts";
import { decoded } from "../../helpers/fixtures.ts";
import { cmykJpeg, fileOf } from "../../helpers/magick_files.ts";
import { assertNear, at, draw, type Rgba } from "../../helpers/pixels.ts";

/** Patches of 16 x 16 pixels side by side, whose middles survive JPEG. */
const PATCH = 16;
const sizeOf = (count: number) => ({ width: count * PATCH, height: PATCH });
const patches = (colors: Rgba[]) =>
  draw(sizeOf(colors.length), (x) => colors[Math.floor(x / PATCH)]);

async function assertPatches(file: Uint8Array, expected: Rgba[], tolerance: number): Promise<void> {
  using photo = await decoded(file);
  const image = photo.read({ x: 0, y: 0, ...photo.size });
  expected.forEach((color, i) =>
    assertNear(at(image, i * PATCH + PATCH / 2, PATCH / 2), color, tolerance, `patch ${i}`)
  );
}

const COLORS: Rgba[] = [
  [255, 255, 255, 255],
  [0, 0, 0, 255],
  [128, 128, 128, 255],
  [200, 60, 40, 255],
  [40, 160, 70, 255],
  [30, 60, 200, 255],
  [220, 200, 60, 255],
  [250, 10, 10, 255],
];

const P3 = rgbProfile("Display P3", DISPLAY_P3);
const BROKEN: [what: string, icc: Uint8Array][] = [
  ["cut off", P3.subarray(0, 200)],
  ["nothing but noise", P3.map((_, i) => (i * 37) & 255)],
  ["empty", new Uint8Array()],
];

for (const format of [MagickFormat.Jpeg, MagickFormat.Png, MagickFormat.WebP, MagickFormat.Tiff]) {
  Deno.test(`decodePhoto() converts a ${format} in Display P3 to sRGB`, async () => {
    const icc = rgbProfile("Display P3", DISPLAY_P3);
    const file = await fileOf(patches(COLORS), format, { icc, quality: 100 });
    await assertPatches(file, COLORS.map(p3ToSrgb), 4);
  });
}

Deno.test("decodePhoto() does not change a photo with sRGB's own profile", async () => {
  const file = await fileOf(patches(COLORS), MagickFormat.Png, { icc: srgbProfile() });
  await assertPatches(file, COLORS, 0);
});

Deno.test("decodePhoto() does not change a photo whose profile is named sRGB", async () => {
  const icc = renamed(srgbProfile(), "sRGB IEC61966-2.1");
  const file = await fileOf(patches(COLORS), MagickFormat.Png, { icc });
  await assertPatches(file, COLORS, 0);
});

Deno.test("decodePhoto() applies a profile whose name only contains sRGB", async () => {
  const icc = renamed(rgbProfile("", DISPLAY_P3), "Wider than sRGB");
  const file = await fileOf(patches(COLORS), MagickFormat.Png, { icc });
  await assertPatches(file, COLORS.map(p3ToSrgb), 4);
});

for (const [what, icc] of BROKEN) {
  Deno.test(`decodePhoto() reads a photo whose ICC profile is ${what}`, async () => {
    const jpeg = await fileOf(patches(COLORS), MagickFormat.Jpeg, { quality: 100 });
    const data = concat(latin1("ICC_PROFILE\0"), [1, 1], icc);
    await assertPatches(withSegments(jpeg, [{ marker: 0xffe2, data }]), COLORS, 4);
  });
}

Deno.test("decodePhoto() reads a grey JPEG as equal red, green and blue", async () => {
  const greys: Rgba[] = [0, 60, 128, 200, 255].map((v) => [v, v, v, 255]);
  const file = await fileOf(patches(greys), MagickFormat.Jpeg, {
    edit: (image) => image.colorSpace = ColorSpace.Gray,
  });
  assert.ok(isGreyJpeg(file));
  await assertPatches(file, greys, 2);
});

Deno.test("decodePhoto() reads a grey JPEG with a colour profile", async () => {
  const greys: Rgba[] = [0, 60, 128, 200, 255].map((v) => [v, v, v, 255]);
  const jpeg = await fileOf(patches(greys), MagickFormat.Jpeg, {
    edit: (image) => image.colorSpace = ColorSpace.Gray,
  });
  const data = concat(latin1("ICC_PROFILE\0"), [1, 1], P3);
  await assertPatches(withSegments(jpeg, [{ marker: 0xffe2, data }]), greys, 2);
});

function isGreyJpeg(file: Uint8Array): boolean {
  const frame = file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xc0);
  return frame > 0 && file[frame + 9] === 1;
}

const INKS = [
  [0, 0, 0, 0],
  [255, 0, 0, 0],
  [0, 255, 0, 0],
  [0, 0, 255, 0],
  [255, 255, 0, 0],
  [0, 255, 255, 0],
  [0, 0, 0, 255],
  [255, 255, 255, 255],
];
const inkBytes = Uint8Array.from(
  { length: INKS.length * PATCH * PATCH * 4 },
  (_, i) => INKS[Math.floor((i / 4) % (INKS.length * PATCH) / PATCH)][i % 4],
);

/** A press whose inks are neither pure nor solid: far from the plain formula, within sRGB. */
function press([c, m, y, k]: number[]): Srgb {
  if (c && m && y && k) return [0, 0, 0];
  const light = k ? 0.12 : 1;
  return [
    light * (1 - 0.75 * c) * (1 - 0.15 * m),
    light * (1 - 0.3 * c) * (1 - 0.7 * m) * (1 - 0.05 * y),
    light * (1 - 0.1 * c) * (1 - 0.4 * m) * (1 - 0.65 * y),
  ];
}

Deno.test("decodePhoto() converts a CMYK JPEG to sRGB by its ICC profile", async () => {
  const icc = cmykProfile(press);
  const file = await cmykJpeg(inkBytes, sizeOf(INKS.length), { icc, quality: 100 });
  const expected = INKS.map((ink): Rgba => {
    const [r, g, b] = press(ink.map((value) => value / 255)).map((v) => Math.round(v * 255));
    return [r, g, b, 255];
  });
  await assertPatches(file, expected, 6);
});

Deno.test("decodePhoto() converts a CMYK JPEG without a profile to sRGB by the plain formula", async () => {
  const file = await cmykJpeg(inkBytes, sizeOf(INKS.length), { quality: 100 });
  const expected = INKS.map(([c, m, y, k]): Rgba => {
    const over = (ink: number) => Math.round(((255 - ink) * (255 - k)) / 255);
    return [over(c), over(m), over(y), 255];
  });
  await assertPatches(file, expected, 6);
});

Deno.test("decodePhoto() removes the profile: a second conversion changes nothing", async () => {
  const icc = rgbProfile("Display P3", DISPLAY_P3);
  const file = await fileOf(patches(COLORS), MagickFormat.Jpeg, { icc, quality: 100 });
  using photo = await decoded(file);
  const upload = photo.toJpeg(100);
  await assertPatches(upload, COLORS.map(p3ToSrgb), 6);
  assert.ok(!new TextDecoder("latin1").decode(upload).includes("ICC_PROFILE"));
});
