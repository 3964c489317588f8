// Proves over HTTP that a faulty manifest, or a Storage that fails, costs a stored result's reuse, but not the answer.
import assert from "node:assert/strict";
import { MANIFEST_VERSION } from "../../shared/storage/manifest.ts";
import { expectError, expectReply, sendBytes } from "../helpers/call.ts";
import { comparable, small, startResults, UPLOAD } from "./stored_results.ts";

/** Matches the lookup of a result: no other call lists. */
const LIST = /^\/storage\/v1\/object\/list\/car-images$/;
const MANIFEST = /\/manifest\.json$/;

const { stack, auth, manifestOf, nextPadding, sender, writeManifest } = await startResults();
Deno.test.afterAll(() => stack.close());

Deno.test("a damaged manifest, or one of another version, is ignored and replaced", async () => {
  const send = sender();
  const first = await send();
  const good = await manifestOf(first);
  const damaged = [
    "{",
    "null",
    JSON.stringify({ ...good, version: MANIFEST_VERSION + 1 }),
    JSON.stringify({ ...good, pipeline: 0 }),
    JSON.stringify({ ...good, original_size: [0, -1] }),
    JSON.stringify({ ...good, variants: { grid: { bytes: "many" } } }),
  ];
  for (const text of damaged) {
    await writeManifest(first, text);
    const again = await send(`${UPLOAD}&variants=grid`);
    assert.equal(again.metadata.reused, false, text);
    assert.deepEqual(comparable(again).metadata.grid, first.metadata.grid);
    assert.equal((await send(`${UPLOAD}&variants=grid`)).metadata.reused, true, text);
  }
});

Deno.test("the manifest is written last, and contains nothing about the caller", async () => {
  const name = "Annas Porsche.jpg";
  const send = sender();
  stack.faults.next(
    "POST",
    /car-images\/.*\/detail\.webp$/,
    { kind: "status", status: 403 },
    Infinity,
  );
  const query = `padding=${nextPadding()}&${UPLOAD}`;
  await expectError(sendBytes(stack.functionUrl, auth, small, query), "storage_rejected");
  stack.faults.clear();
  // Without it nothing is reused.
  const again = await expectReply(sendBytes(stack.functionUrl, auth, small, query));
  assert.equal(again.body.metadata.reused, false);
  const reply = await send(`${UPLOAD}&filename=${encodeURIComponent(name)}`);
  const manifest = await manifestOf(reply);
  assert.ok(!JSON.stringify(manifest).includes("Anna"));
  assert.deepEqual(Object.keys(manifest).sort(), [
    "background",
    "crop",
    "original_size",
    "pipeline",
    "quality",
    "variants",
    "version",
    "warnings",
  ]);
  assert.equal((await send(`${UPLOAD}&filename=b.jpg`)).metadata.filename, "b.jpg");
});

Deno.test("a manifest that cannot be written costs only the next request's time", async () => {
  const send = sender();
  for (const kind of ["status", "hang"] as const) {
    stack.faults.next("POST", MANIFEST, kind === "hang" ? { kind } : { kind, status: 500 });
    const reply = await send();
    stack.faults.clear();
    assert.equal(reply.metadata.reused, false);
    for (const url of Object.values(reply.storage_urls!)) {
      const response = await fetch(url);
      await response.body?.cancel();
      assert.equal(response.status, 200);
    }
  }
  const lines = stack.function.logs.filter((line) => line.includes('"manifest_not_stored"'));
  assert.equal(lines.length, 2);
});

Deno.test("a Storage that fails or hangs at the lookup is not asked again, and the photo is processed", async () => {
  const send = sender();
  await send();
  const failures = () =>
    stack.function.logs.filter((line) => line.includes('"lookup_failed"')).length;
  const atFirst = failures(); // a lookup on a cold, busy machine may take too long by itself
  const faults: [method: string, path: RegExp, query?: string][] = [
    ["POST", LIST],
    ["GET", MANIFEST],
    ["GET", /car-images\/.*\/grid\.webp$/, "return_images=true"],
  ];
  for (const [method, path, query] of faults) {
    const before = failures();
    stack.faults.next(method, path, { kind: "status", status: 500 }, Infinity);
    const reply = await send(`${UPLOAD}&${query ?? ""}`);
    // After that, only the manifest's writing lists the folder.
    assert.equal(stack.faults.calls.length, path === LIST ? 2 : 1);
    stack.faults.clear();
    assert.equal(reply.metadata.reused, false);
    assert.equal(failures(), before + 1);
  }
  stack.faults.next("POST", LIST, { kind: "hang" }, Infinity);
  const { metadata } = await send();
  stack.faults.clear();
  assert.equal(metadata.reused, false);
  assert.ok(metadata.timings_ms.lookup < 5_000); // the client itself would wait for ten seconds
  assert.equal(failures(), atFirst + 4);
});
