// Proves that a reader of `deno task check-files` that crashes or hangs costs one file, not the run; that Pillow's
// script reads files correctly if Pillow is installed; and that the task's permissions suffice.

import assert from "node:assert/strict";
import { MagickFormat } from "@imagemagick/magick-wasm";
import { readArguments, UsageError } from "../../dev/check_files/arguments.ts";
import { FunctionReader } from "../../dev/check_files/function_reader.ts";
import { startReaders } from "../../dev/check_files/other_readers.ts";
import { AbsentReader, ProcessReader } from "../../dev/check_files/process_reader.ts";
import { similarity } from "../../dev/check_files/similarity.ts";
import { turned } from "../../dev/check_files/turned.ts";
import { fileURLToPath } from "node:url";
import { fileOf } from "../helpers/magick_files.ts";
import { draw } from "../helpers/pixels.ts";

/** More than any machine needs to read a small file. */
const TIMEOUT_MS = 60_000;
/** Timeout for a reader that hangs: others answer at once. */
const HANG_MS = 5_000;
const SIZE = { width: 2, height: 1 };
const PICTURE = draw({ width: 24, height: 16 }, (x, y) => [x * 10, y * 15, 99, x < 12 ? 255 : 128]);
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const fakeReader = (...args: string[]) =>
  [Deno.execPath(), "run", path("../helpers/fake_reader.ts"), ...args] as const;

Deno.test("a decoder thread that fails or hangs costs its file only", async () => {
  const reader = new FunctionReader(
    HANG_MS,
    new URL("../helpers/failing_worker.ts", import.meta.url),
  );
  assert.deepEqual(await reader.read("a"), { status: "refused", reason: "a" });
  const failed = await reader.read("throw");
  assert.equal(failed.status, "crashed");
  assert.match((failed as { reason: string }).reason, /The engine crashed/);
  assert.deepEqual(await reader.read("b"), { status: "refused", reason: "b" });
  const hanging = await reader.read("hang");
  assert.deepEqual(hanging, { status: "crashed", reason: "timed out after 5 s" });
  assert.deepEqual(await reader.read("c"), { status: "refused", reason: "c" });
  await reader.close();
});

Deno.test("another reader's process answers with pixels, and restarts after a crash", async () => {
  const reader = await ProcessReader.start(fakeReader(), TIMEOUT_MS);
  assert.equal(reader.name, "Fake 1.0");
  const read = { status: "read", size: SIZE, format: "JPEG" };
  const image = { ...SIZE, data: Uint8ClampedArray.of(1, 2, 3, 255, 10, 10, 10, 255) };
  assert.deepEqual(await reader.read("a", SIZE), { ...read, image });
  assert.deepEqual(await reader.read("b"), read);
  assert.deepEqual(await reader.read("refuse"), { status: "refused", reason: "It is no image." });
  assert.deepEqual(await reader.read("crash"), { status: "crashed", reason: "its process ended" });
  assert.deepEqual(await reader.read("c", SIZE), { ...read, image });
  await reader.close();
});

Deno.test("a process that does not answer is killed", async () => {
  const reader = await ProcessReader.start(fakeReader(), HANG_MS);
  assert.deepEqual(await reader.read("hang"), { status: "crashed", reason: "timed out after 5 s" });
  await reader.close();
});

Deno.test("a missing reader is named, with how to install it", async () => {
  await assert.rejects(ProcessReader.start(fakeReader("absent"), TIMEOUT_MS), AbsentReader);
  await assert.rejects(ProcessReader.start(fakeReader("silent"), TIMEOUT_MS), AbsentReader);
  const commands = [["no-such-program-anywhere"], fakeReader("absent")] as const;
  const { readers, absent } = await startReaders(TIMEOUT_MS, [
    { name: "Nothing", commands, install: "get nothing" },
    { name: "Fake", commands: [["no-such-program-anywhere"], fakeReader()], install: "-" },
  ]);
  assert.deepEqual(readers.map(({ name }) => name), ["Fake 1.0"]);
  assert.deepEqual(absent, ["Nothing is not installed (get nothing)."]);
  await Promise.all(readers.map((reader) => reader.close()));
});

Deno.test("Pillow and sharp, if installed, read upright pictures with their transparency", async () => {
  const { readers, absent } = await startReaders(TIMEOUT_MS);
  assert.equal(readers.length + absent.length, 2);
  const folder = await Deno.makeTempDir();
  try {
    const png = `${folder}/a.png`;
    await Deno.writeFile(png, await fileOf(PICTURE, MagickFormat.Png));
    const tiff = `${folder}/b.tif`;
    const edit = (image: { orientation: number }) => image.orientation = 6;
    await Deno.writeFile(tiff, await fileOf(PICTURE, MagickFormat.Tiff, { edit }));
    await Deno.writeTextFile(`${folder}/c.jpg`, "no image");
    for (const reader of readers) {
      const plain = await reader.read(png, PICTURE);
      assert.ok(plain.status === "read" && plain.image, JSON.stringify(plain));
      assert.ok(similarity(plain.image, PICTURE) > 45, reader.name);
      const right = turned(PICTURE, "turned right");
      const upright = await reader.read(tiff, { width: 16, height: 24 });
      assert.ok(upright.status === "read" && upright.image, JSON.stringify(upright));
      assert.deepEqual([upright.size, upright.format.toLowerCase()], [
        { width: 16, height: 24 },
        "tiff",
      ]);
      assert.ok(similarity(upright.image, right) > 40, reader.name);
      assert.equal((await reader.read(`${folder}/c.jpg`)).status, "refused");
    }
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the task runs with its permissions, and reports if nothing can be compared", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/a.png`, await fileOf(PICTURE, MagickFormat.Png));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "check-files", folder, "--all"],
      cwd: path("../../"),
    }).output();
    const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.doesNotMatch(error, /NotCapable|Requires/);
    if (code === 2) return assert.match(out, /not installed.*\n.*nothing to compare with/s);
    assert.equal(code, 0, `${out}${error}`);
    assert.match(out, /^the same +(equal|\d\d\.\d) {2}a\.png/m);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("wrong arguments are named", () => {
  const defaults = { folder: "a", isAll: false, minPsnr: 30, timeoutMs: 60_000 };
  assert.deepEqual(readArguments(["a/"]), defaults);
  assert.deepEqual(readArguments(["/", "--all", "--min-psnr", "35.5", "--timeout=2"]), {
    folder: "/",
    isAll: true,
    minPsnr: 35.5,
    timeoutMs: 2_000,
  });
  for (
    const args of [[], ["a", "b"], ["a", "--min-psnr", "0"], ["a", "--timeout", "x"], ["a", "-q"]]
  ) {
    assert.throws(() => readArguments(args), UsageError);
  }
});
