// Proves that the pixel loops convert colours by a profile of three curves and a matrix exactly as ImageMagick does, and that other
// profiles are left to it.
import assert from "node:assert/strict";
import {
  ColorProfile,
  type IMagickImage,
  MagickError,
  MagickFormat,
  MagickImage,
  MagickReadSettings,
} from "@imagemagick/magick-wasm";
import { ColorConverter } from "../../../../shared/image/decode/color/convert_colors.ts";
import {
  colorTables,
  readMatrixProfile,
} from "../../../../shared/image/decode/color/matrix_profile.ts";
import { hdrCurve } from "../../../../shared/image/decode/hdr_curve.ts";
import {
  type Primaries,
  rgbProfile,
  SRGB,
  srgbProfile,
} from "../../../../shared/image/decode/icc_profile.ts";
import { withMagick } from "../../../../shared/image/engine/magick.ts";
import { latin1, u16, u32 } from "../../../helpers/bytes.ts";
import { DISPLAY_P3 } from "../../../helpers/display_p3.ts";
import { greyProfile, labProfile } from "../../../helpers/profiles.ts";
import { seeded } from "../../../helpers/random.ts";

const SIZE = { width: 512, height: 256 };

const BT_2020: Primaries = {
  red: [0.673492, 0.279037, -0.001938],
  green: [0.165695, 0.675369, 0.029999],
  blue: [0.125031, 0.045593, 0.796844],
};
const ADOBE_RGB: Primaries = {
  red: [0.60974, 0.31111, 0.01947],
  green: [0.20528, 0.62567, 0.06087],
  blue: [0.14919, 0.06322, 0.74457],
};

/** Random colours, and all of those whose channels are at or near their ends. */
function colours(): Uint8Array<ArrayBuffer> {
  const random = seeded(5);
  const pixels = new Uint8Array(SIZE.width * SIZE.height * 4);
  const ends = [0, 1, 2, 127, 128, 254, 255];
  for (let i = 0; i < pixels.length; i += 4) {
    const at = i / 4;
    const isEnd = at < ends.length ** 3;
    const channel = (k: number) =>
      isEnd ? ends[Math.floor(at / ends.length ** k) % ends.length] : random(256);
    pixels.set([channel(0), channel(1), channel(2), 255], i);
  }
  return pixels;
}

/** Replaces the content of a profile's tags. Their new data may not be longer. */
function edited(
  profile: Uint8Array<ArrayBuffer>,
  tags: Record<string, number[]>,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(profile.buffer);
  for (let i = 0; i < view.getUint32(128); i++) {
    const entry = 132 + 12 * i;
    const data = tags[new TextDecoder().decode(profile.subarray(entry, entry + 4))];
    if (!data) continue;
    assert.ok(data.length <= view.getUint32(entry + 8));
    profile.set(data, view.getUint32(entry + 4));
  }
  return profile;
}

const p3 = (light?: number[]) => rgbProfile("test", DISPLAY_P3, light) as Uint8Array<ArrayBuffer>;
const power = (gamma: number) => [...latin1("curv"), ...u32(0), ...u32(1), ...u16(gamma * 256)];
const parametric = (gamma: number) => [
  ...latin1("para"),
  ...u32(0),
  ...u32(0),
  ...u32(gamma * 65_536),
];
const allCurves = (data: number[]) => ({ rTRC: data, gTRC: data, bTRC: data });

const PROFILES: Record<string, Uint8Array<ArrayBuffer>> = {
  "Display P3": p3(),
  "Adobe RGB": edited(
    rgbProfile("Adobe RGB", ADOBE_RGB) as Uint8Array<ArrayBuffer>,
    allCurves(power(2.19921875)),
  ),
  "BT.2020 with sRGB's curve": rgbProfile("BT.2020", BT_2020) as Uint8Array<ArrayBuffer>,
  "BT.2020 with PQ": rgbProfile("PQ", BT_2020, hdrCurve(16)) as Uint8Array<ArrayBuffer>,
  "Display P3 with HLG": p3(hdrCurve(18)),
  "a table of two values": p3([0, 1]),
  "everything black": p3([0, 0]),
  "a falling table": p3([0, 0.7, 0.4, 1]),
  "a power of 1.8": edited(p3(), allCurves(power(1.8))),
  "a parametric power": edited(p3(), allCurves(parametric(2.4))),
  "no curve": edited(p3(), allCurves([...latin1("curv"), ...u32(0), ...u32(0)])),
  "a curve for each channel": edited(p3(), { rTRC: power(1.5), bTRC: parametric(2.6) }),
  "a scanner's profile": edited(p3(), {}).with(12, 0x73).with(13, 0x63).with(14, 0x6e).with(
    15,
    0x72,
  ),
};

function converted(pixels: Uint8Array, profile: Uint8Array): Uint8Array {
  const tables = readMatrixProfile(profile);
  assert.ok(tables !== null);
  const result = pixels.slice();
  new ColorConverter(colorTables(tables)).convert(result, 4);
  return result;
}

function byMagick(
  pixels: Uint8Array,
  profile: Uint8Array,
  size = SIZE,
): Promise<Uint8Array | null> {
  const settings = new MagickReadSettings({ ...size, format: MagickFormat.Rgba, depth: 8 });
  return withMagick(() => {
    const image: IMagickImage = MagickImage.create();
    image.read(pixels, settings);
    try {
      image.setProfile(new ColorProfile(profile));
      image.transformColorSpace(new ColorProfile(srgbProfile()));
      return image.getPixels((some) => some.toByteArray(0, 0, size.width, size.height, "RGBA"));
    } catch (error) {
      if (error instanceof MagickError) return null; // it refuses the profile
      throw error;
    } finally {
      image.dispose();
    }
  });
}

for (const [name, profile] of Object.entries(PROFILES)) {
  Deno.test(`colours are converted exactly as by ImageMagick: ${name}`, async () => {
    const pixels = colours();
    assert.deepEqual(converted(pixels, profile), await byMagick(pixels, profile));
  });
}

const renamedTag = (from: string, to: string) => {
  const profile = p3();
  const at = new TextDecoder("latin1").decode(profile).indexOf(from);
  profile.set(latin1(to), at);
  return profile;
};
const OTHERS: Record<string, Uint8Array> = {
  "sRGB": srgbProfile(),
  "sRGB's primaries with another curve": rgbProfile("test", SRGB, [0, 0.3, 1]),
  "a grey profile": greyProfile(2.2),
  "a profile of Lab": labProfile(),
  "a profile with a table of colours": renamedTag("cprt", "A2B0"),
  "a missing curve": renamedTag("gTRC", "xTRC"),
  "a missing primary": renamedTag("bXYZ", "xXYZ"),
  "two curves of red": renamedTag("gTRC", "rTRC"),
  "an unknown kind of curve": edited(p3(), { gTRC: [...latin1("para"), ...u32(0), ...u16(4)] }),
  "a connection by Lab": p3().with(20, 0x4c).with(21, 0x61).with(22, 0x62),
  "a printer's profile": p3().with(12, 0x70).with(13, 0x72).with(14, 0x74).with(15, 0x72),
  "no signature": p3().with(36, 0),
  "a size beyond its end": p3().with(1, 1),
  "a size that cuts its tags off": p3().with(2, 0).with(3, 140),
  "a version that LittleCMS does not know": p3().with(8, 9),
  "black that is not 0": p3([0.1, 1]),
  "a power of 0": edited(p3(), allCurves(parametric(0))),
  "a power of -1": edited(p3(), allCurves(parametric(-1))),
  "no bytes": new Uint8Array(),
};

for (const [name, profile] of Object.entries(OTHERS)) {
  Deno.test(`another profile is left to ImageMagick: ${name}`, () => {
    assert.equal(readMatrixProfile(profile), null);
  });
}

Deno.test("a profile that is cut off is left to ImageMagick", () => {
  const whole = p3();
  for (let length = 0; length < whole.length - 40; length += 7) {
    assert.equal(readMatrixProfile(whole.subarray(0, length)), null, `${length} bytes`);
  }
});

Deno.test("a profile with a changed byte is converted exactly, or left to ImageMagick", async () => {
  const size = { width: 32, height: 16 };
  const pixels = colours().slice(0, size.width * size.height * 4);
  const kinds = { converted: 0, left: 0 };
  for (const good of [p3(), PROFILES["Adobe RGB"], p3([0, 0.1, 0.5, 1])]) {
    for (let at = 0; at < good.length; at++) {
      const profile = good.with(at, good[at] ^ (at % 3 === 0 ? 0xff : at % 3 === 1 ? 1 : 0x40));
      if (readMatrixProfile(profile) === null) {
        kinds.left++;
        continue;
      }
      kinds.converted++;
      assert.deepEqual(converted(pixels, profile), await byMagick(pixels, profile, size), `${at}`);
    }
  }
  assert.ok(kinds.converted > 100 && kinds.left > 100, JSON.stringify(kinds));
});
