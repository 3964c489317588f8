// Proves that the demo saves its results and reports each photo that fails.
import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { removalOf } from "../../dev/demo/report.ts";
import { fixture } from "../helpers/call.ts";
import { fileOf } from "../helpers/magick_files.ts";
import { draw } from "../helpers/pixels.ts";

const ROOT = new URL("../../", import.meta.url);

async function demo(
  photos: string[],
  { rights = [], env = {} }: { rights?: string[]; env?: Record<string, string> } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...rights, "dev/demo.ts", ...photos],
    cwd: ROOT,
    env: { API4AI_KEY: "", API4AI_URL: "", NO_COLOR: "1", ...env },
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("the demo saves its results, and prints a message for each photo that fails", async () => {
  const { code, stdout, stderr } = await demo(["missing.jpg", "fixtures/small.jpg", "deno.json"]);
  assert.equal(code, 1);
  assert.match(stderr, /missing\.jpg: There is no such file\./);
  assert.match(stderr, /deno\.json: .+\(\w+, HTTP 4\d\d\)/);
  assert.match(
    stdout,
    /fixtures\/small\.jpg: 640 x 427, background removed by the simulator, which knows/,
  );
  for (const [variant, size] of [["grid", "600 x 400"], ["detail", "1200 x 800"]]) {
    assert.match(
      stdout,
      new RegExp(`${variant} +${size} +[\\d,]+ +out/small-${variant}\\.webp$`, "m"),
    );
    const saved = await Deno.stat(new URL(`out/small-${variant}.webp`, ROOT));
    assert.ok(saved.size > 0);
  }
  const page = await Deno.readTextFile(new URL("out/index.html", ROOT));
  assert.match(page, /small-processed\.webp/);
  assert.match(page, /background removed by the simulator, which knows/);
  // The server has stopped, so no address of it is of use.
  assert.doesNotMatch(stdout, /http:\/\//);
  assert.match(stdout, /task start$/m);
  assert.match(stdout, /^The demo took \d+ s\.$/m);
});

Deno.test("the demo names the simulator only for cutouts that the simulator made", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [cutOut, again] = [`${folder}/cut-out.png`, `${folder}/again.jpg`];
    const ellipse = draw(
      { width: 400, height: 300 },
      (x, y) => Math.hypot((x - 200) / 120, (y - 150) / 70) < 1 ? [200, 40, 30, 255] : [0, 0, 0, 0],
    );
    await Deno.writeFile(cutOut, await fileOf(ellipse, MagickFormat.Png32));
    await Deno.writeFile(again, await fixture("small.jpg"));
    const { code, stdout, stderr } = await demo(["fixtures/small.jpg", cutOut, again]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /cut-out\.png: 400 x 300, already cut out: the photo's own alpha/);
    assert.match(stdout, /again\.jpg: .+, background removed by the simulator, for an equal photo/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const service = { removed: true, provider: "api4ai" };
  assert.equal(removalOf(service), "background removed by api4ai");
});

Deno.test("the demo without a network falls back to the flood fill for an unknown photo, and says so", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const photo = `${folder}/unknown.jpg`;
    const box = draw(
      { width: 600, height: 400 },
      (x, y) =>
        x >= 150 && x < 450 && y >= 120 && y < 280 ? [20, 30, 60, 255] : [204, 204, 204, 255],
    );
    await Deno.writeFile(photo, await fileOf(box, MagickFormat.Jpeg));
    const { code, stdout, stderr } = await demo([photo], {
      rights: ["--deny-net=registry.npmjs.org"],
      env: { CUTOUTS_CACHE: `${folder}/cache`, NPM_CONFIG_USERCONFIG: `${folder}/.npmrc` },
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Downloading the model U2-Net-p once, 7 MB/);
    assert.match(stdout, /The model U2-Net-p cannot be used: .+ flood fill/);
    assert.match(
      stdout,
      /background removed by the simulator, with a flood fill from the border, which is crude/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
