// Proves that the looks stay as they were looked at: small pictures of each view differ from the stored ones by less than 40 dB
// of PSNR allow. `UPDATE_LOOKS=1 deno task test tests/image/looks_test.ts` stores them anew; look at them before you commit them.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { alphaOf, boundsOfMask } from "../../shared/image/edit/bounds.ts";
import { findSubject } from "../../shared/image/edit/find_subject.ts";
import type { Subject } from "../../shared/image/framing.ts";
import { pad } from "../../shared/image/plan.ts";
import { type RenderPlan, renderVariant } from "../../shared/image/pipeline.ts";
import { cut, type Raster, rectOf } from "../../shared/image/raster.ts";
import { optionsSchema } from "../../shared/photo/options.ts";
import { planVariants } from "../../shared/photo/plan_variants.ts";
import { fixture } from "../helpers/fixtures.ts";
import { fileOf, rasterOf } from "../helpers/magick_files.ts";
import { psnr } from "../helpers/psnr.ts";
import { drawCar } from "../helpers/silhouettes.ts";

const FOLDER = new URL("../../fixtures/expected/looks/", import.meta.url);
const UPDATE = Deno.env.get("UPDATE_LOOKS") === "1";
const MIN_DB = 40;

const car = (name: string) => async () =>
  await rasterOf(await fixture(`${name}.cutout.png`), (image) => image.resize(700, 700));
const side = drawCar("side", 2);

/** The photos, as cutouts in their frame. */
const PHOTOS: Record<string, () => Raster | Promise<Raster>> = {
  "street": car("street"),
  "studio": car("studio"),
  "side": () => side,
  "front": () => drawCar("front", 2),
  "close-up": () => cut(side, { ...rectOf(side), height: 284 }), // through the tyres
};

const LOOKS = {
  "ground-white": { shadow: "ground", background: "#ffffff" },
  "ground-grey": { shadow: "ground", shadow_strength: 80, background: "#9a9da0" },
  "reflection-colour": { shadow: "ground", reflection: 45, background: "#d9b98f" },
};

/** Plans `grid` at 40 % of its size. */
function smallPlan(options: unknown, crop: Raster, subject: Subject): RenderPlan {
  const settings = optionsSchema.parse({ format: "png", variants: ["grid"], ...options as object });
  const [plan] = planVariants(settings, crop, true, { car: subject });
  const small = (value: number) => Math.round(value * 0.4);
  const { frame, target, scale } = plan;
  return {
    ...plan,
    frame: { width: small(frame.width), height: small(frame.height) },
    target: {
      x: small(target.x),
      y: small(target.y),
      width: small(target.width),
      height: small(target.height),
    },
    scale: scale * 0.4,
  };
}

if (UPDATE) await Deno.mkdir(FOLDER, { recursive: true });
for (const [photo, load] of Object.entries(PHOTOS)) {
  for (const [look, options] of Object.entries(LOOKS)) {
    Deno.test(`${photo} looks the same as before in ${look}`, async () => {
      const image = await load();
      const box = pad(boundsOfMask(alphaOf(image), 10)!, 20, image);
      const crop = cut(image, box);
      const plan = smallPlan(options, crop, findSubject(crop, box, image));
      const rendered = await rasterOf(await renderVariant(crop, plan));
      const file = new URL(`${photo}.${look}.png`, FOLDER);
      if (UPDATE) await Deno.writeFile(file, await fileOf(rendered, MagickFormat.Png24));
      const similar = psnr(rendered, await rasterOf(await Deno.readFile(file)));
      assert.ok(similar >= MIN_DB, `${similar} dB`);
    });
  }
}

Deno.test("the stored looks differ from each other", async () => {
  const read = async (name: string) =>
    await rasterOf(await Deno.readFile(new URL(`${name}.png`, FOLDER)));
  const street = await read("street.ground-white");
  for (const other of ["street.ground-grey", "street.reflection-colour", "side.ground-white"]) {
    assert.ok(psnr(street, await read(other)) < 30, other);
  }
});
