// Proves that the demo saves its results and reports each photo that fails.
import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);

async function demo(
  ...photos: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "dev/demo.ts", ...photos],
    cwd: ROOT,
    env: { API4AI_KEY: "", NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("the demo saves its results, and prints a message for each photo that fails", async () => {
  const { code, stdout, stderr } = await demo("missing.jpg", "fixtures/small.jpg", "deno.json");
  assert.equal(code, 1);
  assert.match(stderr, /missing\.jpg: There is no such file\./);
  assert.match(stderr, /deno\.json: .+\(\w+, HTTP 4\d\d\)/);
  assert.match(
    stdout,
    /fixtures\/small\.jpg: 640 x 427, background removed by the simulator, which knows/,
  );
  for (const [variant, size] of [["grid", "600 x 400"], ["detail", "1200 x 800"]]) {
    assert.match(stdout, new RegExp(`${variant} +${size} +[\\d,]+ +http://127.0.0.1:`));
    const saved = await Deno.stat(new URL(`out/small-${variant}.webp`, ROOT));
    assert.ok(saved.size > 0);
  }
  const page = await Deno.readTextFile(new URL("out/index.html", ROOT));
  assert.match(page, /small-processed\.webp/);
});
