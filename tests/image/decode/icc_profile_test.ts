// Proves that our sRGB profile is valid, and that sRGB profiles are recognized.
import assert from "node:assert/strict";
import { ColorProfile, MagickFormat } from "@imagemagick/magick-wasm";
import {
  isSrgbProfile,
  rgbProfile,
  srgbProfile,
} from "../../../shared/image/decode/icc_profile.ts";
import { textOf } from "../../helpers/file_parts.ts";
import { fileOf, rasterOf } from "../../helpers/magick_files.ts";
import { draw } from "../../helpers/pixels.ts";
import { psnr } from "../../helpers/psnr.ts";
import { DISPLAY_P3 } from "../../helpers/display_p3.ts";

/** The tags of a profile: name, and the bytes of their data. */
function tagsOf(profile: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.length);
  const tags = new Map<string, Uint8Array>();
  for (let i = 0; i < view.getUint32(128); i++) {
    const at = 132 + i * 12;
    const offset = view.getUint32(at + 4);
    tags.set(
      textOf(profile.subarray(at, at + 4)),
      profile.subarray(offset, offset + view.getUint32(at + 8)),
    );
  }
  return tags;
}

for (
  const [name, profile] of [["sRGB", srgbProfile()], [
    "Display P3",
    rgbProfile("Display P3", DISPLAY_P3),
  ]] as const
) {
  Deno.test(`the ${name} profile has a correct header`, () => {
    const view = new DataView(profile.buffer, profile.byteOffset, profile.length);
    assert.equal(view.getUint32(0), profile.length);
    assert.equal(view.getUint8(8), 4);
    assert.equal(textOf(profile.subarray(12, 24)), "mntrRGB XYZ ");
    assert.equal(textOf(profile.subarray(36, 40)), "acsp");
    assert.deepEqual([...profile.subarray(100, 128)], new Array(28).fill(0));
  });

  Deno.test(`the ${name} profile has every tag that a display needs, each aligned to four bytes`, () => {
    const tags = tagsOf(profile);
    for (const tag of "desc cprt wtpt rXYZ gXYZ bXYZ rTRC gTRC bTRC".split(" ")) {
      const data = tags.get(tag);
      assert.ok(data && data.length > 8, tag);
      assert.equal((data.byteOffset - profile.byteOffset) % 4, 0, tag);
    }
  });

  Deno.test(`the ${name} profile's primaries add up to its white`, () => {
    const tags = tagsOf(profile);
    const xyz = (tag: string) => {
      const { buffer, byteOffset } = tags.get(tag)!;
      return [8, 12, 16].map((at) => new DataView(buffer, byteOffset).getInt32(at) / 65536);
    };
    const sum = ["rXYZ", "gXYZ", "bXYZ"].map(xyz).reduce((a, b) => a.map((v, i) => v + b[i]));
    xyz("wtpt").forEach((value, i) => assert.ok(Math.abs(value - sum[i]) < 0.0005, `${sum}`));
  });
}

Deno.test("the profile carries its name, in UTF-16", () => {
  const name = tagsOf(rgbProfile("Display P3", DISPLAY_P3)).get("desc")!;
  assert.equal(textOf(name.subarray(0, 4)), "mluc");
  const length = new DataView(name.buffer, name.byteOffset).getUint32(20);
  assert.equal(textOf(name.subarray(28, 28 + length)).replaceAll("\0", ""), "Display P3");
});

Deno.test("converting from sRGB to sRGB changes nothing", async () => {
  const ramp = draw({ width: 64, height: 64 }, (x, y) => [x * 4, y * 4, 255 - x * 4, 255]);
  const file = await fileOf(ramp, MagickFormat.Png, {
    edit: (image) => {
      const profile = new ColorProfile(srgbProfile());
      image.transformColorSpace(profile, profile);
    },
  });
  assert.ok(psnr(await rasterOf(file), ramp) > 50);
});

Deno.test("isSrgbProfile() recognizes sRGB by its numbers", () => {
  assert.equal(isSrgbProfile(srgbProfile()), true);
  assert.equal(isSrgbProfile(rgbProfile("sRGB", DISPLAY_P3)), false);
});

Deno.test("isSrgbProfile() rejects a linear curve, a gamma and a table", () => {
  const withCurve = (...values: number[]) => {
    const profile = srgbProfile();
    const view = new DataView(profile.buffer);
    const at = [...tagsOf(profile)].find(([name]) => name === "gTRC")![1].byteOffset;
    view.setUint32(at, 0x63757276); // curv
    view.setUint32(at + 8, values.length);
    values.forEach((value, i) => view.setUint16(at + 12 + 2 * i, value));
    return profile;
  };
  assert.equal(isSrgbProfile(withCurve()), false);
  assert.equal(isSrgbProfile(withCurve(2.2 * 256)), true);
  assert.equal(isSrgbProfile(withCurve(1.8 * 256)), false);
  assert.equal(isSrgbProfile(withCurve(0, 0.214 * 65535, 65535)), true);
  assert.equal(isSrgbProfile(withCurve(0, 0.5 * 65535, 65535)), false);
});

Deno.test("isSrgbProfile() rejects data that is not a profile", () => {
  const whole = srgbProfile();
  for (let length = 0; length < whole.length - 40; length += 7) {
    assert.equal(isSrgbProfile(whole.subarray(0, length)), false);
  }
});
