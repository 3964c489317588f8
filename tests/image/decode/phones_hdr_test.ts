// Proves that HEIC and AVIF pictures with HDR's transfer curves, or BT.2020's colours, come out with the brightness and
// colours of a picture without HDR.
import assert from "node:assert/strict";
import { readDecodeLoad } from "../../../shared/image/decode/decode_load.ts";
import { inspectPhoto } from "../../../shared/image/decode/inspect_photo.ts";
import { decoded, fixture } from "../../helpers/fixtures.ts";
import { codedItem, type HeifItem, heifOf, nclx } from "../../helpers/heif_files.ts";
import { assertNear, at, type Rgba } from "../../helpers/pixels.ts";
import { COLORS, STORED } from "../../helpers/quarters.ts";
import { valueOf } from "../../helpers/result.ts";

const PQ = 16;
const HLG = 18;
const SRGB = 13;
const BT2020 = 9;
const P3 = 12;
const BT709 = 1;
const AVIF = ["avif", "mif1", "miaf", "avif"];

const item = async (name: string) => codedItem(await fixture(`phones/${name}`));
const heic = await item("quarters.heic");
const tenBit = await item("quarters-10bit.heic");
const avif = await item("quarters.avif");

const fileOf = (coded: HeifItem, primaries: number, transfer: number) =>
  heifOf({
    ...(coded === avif && { brands: AVIF }),
    items: [{ ...coded, properties: [...coded.properties!, nclx(primaries, transfer)] }],
  });

/** Luminance of a sample in cd/m2, by the standards' own formulas. */
const NITS: Record<number, (sample: number) => number> = {
  [PQ]: (sample) => {
    const [m1, m2] = [2610 / 16384, 2523 / 4096 * 128];
    const [c1, c2, c3] = [3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32];
    const root = sample ** (1 / m2);
    return 10_000 * (Math.max(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1);
  },
  [HLG]: (sample) => {
    const a = 0.17883277;
    const b = 1 - 4 * a;
    const c = 0.5 - a * Math.log(4 * a);
    const scene = sample <= 0.5 ? sample * sample / 3 : (Math.exp((sample - c) / a) + b) / 12;
    return 1_000 * scene ** 1.2;
  },
};

/** Linear light to linear sRGB, all D65: from the chromaticities of the standards. */
const TO_SRGB: Record<number, number[][]> = {
  [BT709]: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  [BT2020]: [
    [1.6604910, -0.5876411, -0.0728499],
    [-0.1245505, 1.1328999, -0.0083494],
    [-0.0181508, -0.1005789, 1.1187297],
  ],
  [P3]: [
    [1.2249401763, -0.2249401763, 0],
    [-0.0420569547, 1.0420569547, 0],
    [-0.0196375546, -0.0786360456, 1.0982736002],
  ],
};

function expected([r, g, b]: Rgba, primaries: number, transfer: number): Rgba {
  const light = [r, g, b].map((value) => {
    const sample = value / 255;
    if (transfer === SRGB) {
      return sample <= 0.04045 ? sample / 12.92 : ((sample + 0.055) / 1.055) ** 2.4;
    }
    const relative = NITS[transfer](sample) / 203;
    return relative <= 0.6 ? relative : 0.6 + 0.4 * (1 - Math.exp(-(relative - 0.6) / 0.4));
  });
  const [red, green, blue] = TO_SRGB[primaries].map((row) => {
    const sum = row.reduce((total, weight, i) => total + weight * light[i], 0);
    const v = Math.max(0, Math.min(1, sum));
    return Math.round((v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055) * 255);
  });
  return [red, green, blue, 255];
}

const SPACES: [name: string, primaries: number, transfer: number][] = [
  ["PQ and BT.2020", BT2020, PQ],
  ["HLG and BT.2020", BT2020, HLG],
  ["PQ and Display P3", P3, PQ],
  ["HLG and Display P3", P3, HLG],
  ["HLG and BT.709", BT709, HLG],
  ["BT.2020 without HDR", BT2020, SRGB],
];
for (const [name, primaries, transfer] of SPACES) {
  Deno.test(`a HEIC and an AVIF with ${name} become sRGB`, async () => {
    for (const coded of [heic, tenBit, avif]) {
      const file = fileOf(coded, primaries, transfer);
      using photo = await decoded(file);
      const image = photo.read({ x: 0, y: 0, width: 64, height: 64 });
      STORED.forEach((color, i) => {
        const pixel = at(image, i % 2 === 0 ? 16 : 48, i < 2 ? 16 : 48);
        assertNear(pixel, expected(COLORS[color], primaries, transfer), 14, `${color} of ${name}`);
      });
      const header = valueOf(inspectPhoto(file, { maxPixels: 64e6 }));
      assert.equal(readDecodeLoad(file, header).profile, true);
    }
  });
}
