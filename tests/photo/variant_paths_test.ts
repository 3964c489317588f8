// Proves that exactly the settings that change a pixel change a variant's path.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { optionsSchema } from "../../shared/photo/options.ts";
import { STANDARD_PRESETS } from "../../shared/photo/presets/preset.ts";
import { PIPELINE_VERSION, variantPaths } from "../../shared/photo/variant_paths.ts";

const PHOTO = Uint8Array.of(1, 2, 3, 4);
const pathOf = async (
  options: unknown = {},
  photo = PHOTO,
  cutout = "api4ai:fg-mask",
  name: "grid" | "detail" | "processed" = "grid",
) => (await variantPaths(photo, optionsSchema.parse(options), cutout)).pathOf(name);

Deno.test("the same photo with the same options has the same paths", async () => {
  assert.equal(
    await pathOf({ padding: 7, format: "png" }),
    await pathOf({ format: "png", padding: 7 }, PHOTO.slice()),
  );
  assert.equal(await pathOf(), await pathOf({ padding: 50, quality: 84 })); // explicit defaults
});

Deno.test("a path is two hashes, the variant's name and the type's extension", async () => {
  const photoHash = createHash("sha256").update(PHOTO).digest("hex");
  for (const name of ["processed", "grid", "detail"] as const) {
    for (const [format, extension] of [["webp", "webp"], ["png", "png"], ["jpeg", "jpg"]]) {
      const path = await pathOf({ format }, PHOTO, "none", name);
      assert.match(path, new RegExp(`^${photoHash}/[0-9a-f]{16}/${name}\\.${extension}$`));
    }
  }
});

Deno.test("everything that changes a pixel changes the path", async () => {
  const paths = [
    await pathOf(),
    await pathOf({}, Uint8Array.of(1, 2, 3, 5)),
    await pathOf({}, PHOTO, "none"),
    await pathOf({}, PHOTO, "api4ai:fg-image"),
    await pathOf({ padding: 51 }),
    await pathOf({ crop: "none" }),
    await pathOf({ shadow: "none" }),
    await pathOf({ shadow: "drop" }),
    await pathOf({ shadow: "ground" }),
    await pathOf({ shadow_strength: 51 }),
    await pathOf({ shadow: "ground", shadow_strength: 51 }),
    await pathOf({ reflection: 51 }),
    await pathOf({ reflection: 51, shadow_strength: 51 }),
    await pathOf({ fit: "cover" }),
    await pathOf({ format: "png" }),
    await pathOf({ quality: 83 }),
    await pathOf({ background: "#fff" }),
    await pathOf({ background: "#ffffff80" }),
    await pathOf({ framing: {} }),
    await pathOf({ framing: { ground_line: 0.9 } }),
    await pathOf({ framing: { aspect: "4:3" } }),
  ];
  assert.equal(new Set(paths).size, paths.length);
});

Deno.test("options that change no pixel keep the path", async () => {
  assert.equal(await pathOf({ background: "#FFAA00" }), await pathOf({ background: "#ffaa00" }));
  assert.equal(await pathOf({ variants: ["grid"] }), await pathOf());
  assert.equal(
    await pathOf({ framing: { ground_line: 0.84, car_width: 0.86 } }),
    await pathOf({ framing: {} }),
  );
  assert.equal(await pathOf({ crop: "none", padding: 7 }), await pathOf({ crop: "none" }));
  assert.equal(
    await pathOf({ shadow: "none", shadow_strength: 7 }),
    await pathOf({ shadow: "none" }),
  );
});

Deno.test("the strength of a shadow that only a preset draws changes that variant's path", async () => {
  const presets = new Map([
    ...STANDARD_PRESETS,
    ["floor", { width: 90, height: 60, shadow: "ground" as const }],
  ]);
  const paths = async (shadow_strength: number) => {
    const settings = { shadow: "none", shadow_strength, variants: ["grid", "floor"] };
    const options = optionsSchema.parse(settings);
    const { pathOf } = await variantPaths(PHOTO, options, "none", { presets });
    return options.variants.map(pathOf);
  };
  const [usual, dark] = [await paths(50), await paths(80)];
  assert.equal(dark[0], usual[0]);
  assert.notEqual(dark[1], usual[1]);
});

Deno.test("a changed preset changes the path of its variant only", async () => {
  const paths = async (width: number, height = 100) => {
    const presets = new Map([...STANDARD_PRESETS, ["grid", { width, height }]]);
    const options = optionsSchema.parse({ variants: ["grid", "detail", "facebook_square"] });
    const { pathOf } = await variantPaths(PHOTO, options, "none", { presets });
    return options.variants.map(pathOf);
  };
  const [first, same, other] = [await paths(100), await paths(100), await paths(101)];
  assert.deepEqual(same, first);
  assert.deepEqual(first.map((path, i) => path === other[i]), [false, true, true]);
  assert.match(first[0], /\/grid-[0-9a-f]{8}\.webp$/);
  assert.match(first[1], /\/detail\.webp$/);
  assert.match(first[2], /\/facebook_square-[0-9a-f]{8}\.jpg$/);
});

Deno.test("requests without new options keep the paths from before these existed", async () => {
  const others = {
    ...{ padding: 7, format: "png", shadow: "drop", fit: "cover", quality: 70 },
    background: "#FFAA00",
  };
  // The settings as they were hashed before, without `crop`.
  const folderOf = (...settings: unknown[]) =>
    createHash("sha256").update(JSON.stringify([PIPELINE_VERSION, "api4ai:fg-mask", ...settings]))
      .digest("hex").slice(0, 16);
  const usual = folderOf(50, "auto", "contain", "webp", 84, "transparent");
  const chosen = folderOf(7, "drop", "cover", "png", 70, "#ffaa00");
  for (
    const crop of [{}, { crop: "auto" }, { framing: "none", shadow_strength: 50, reflection: 0 }]
  ) {
    assert.ok((await pathOf(crop)).endsWith(`/${usual}/grid.webp`));
    assert.ok((await pathOf({ ...others, ...crop })).endsWith(`/${chosen}/grid.png`));
  }
});
