// Proves that `deno task batch` processes a folder on the local stack.
import assert from "node:assert/strict";
import { startStack } from "../../dev/stack.ts";
import { fixture } from "../helpers/call.ts";
import { greyGif } from "../helpers/tiny_files.ts";
import { batchInProcess } from "./batch/batch_in_process.ts";

Deno.test("the local stack processes a folder of photos, and failures are named", async () => {
  const folder = await Deno.makeTempDir();
  const stack = await startStack();
  const server = { url: stack.functionUrl, key: stack.secretKey };
  const admin = { url: stack.url, key: stack.adminToken };
  try {
    const small = await fixture("small.jpg");
    await Deno.writeFile(`${folder}/small.jpg`, small);
    await Deno.writeFile(`${folder}/tiny.png`, await fixture("tiny.png"));
    await Deno.writeFile(`${folder}/damaged.jpg`, small.subarray(0, 200));

    const { well, out } = await batchInProcess(server, folder, "--results", `${folder}/.results`);
    assert.equal(well, false, out);
    assert.match(out, /^3 photos: 2 succeeded, 1 failed\.$/m);
    assert.match(out, /^1 cut out by a simulator, not by API4\.ai\.$/m);
    assert.match(out, /^damaged\.jpg +1 +invalid_image /m);
    assert.ok(out.includes(`The addresses of all pictures are in ${folder}/.results.`), out);
    const lines = (await Deno.readTextFile(`${folder}/.results`)).trim().split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ photo }) => photo), ["damaged.jpg", "small.jpg", "tiny.png"]);
    const picture = await fetch(lines[1].storage_urls.grid);
    assert.equal(picture.headers.get("content-type"), "image/webp");
    await picture.body?.cancel();

    const [, id] = /--requeue (\S+)/.exec(out)!;
    const again = await batchInProcess(server, "--requeue", id);
    const [, first] = /^The pictures are in Storage, such as (\S+)$/m.exec(again.out)!;
    assert.ok(Object.values(lines[1].storage_urls).includes(first), first);
    assert.match(again.out, new RegExp(`--attach ${id} --results pictures\\.jsonl$`, "m"));
    assert.match(again.out, /^damaged\.jpg +1 +invalid_image /m);

    await Deno.writeFile(`${folder}/grey.gif`, greyGif([9]));
    const all = await batchInProcess(admin, folder);
    assert.match(all.out, /^3 were in Storage already\.$/m);
    assert.match(all.out, /^4 photos: 3 succeeded, 1 failed\.$/m);
    const cancelled = await batchInProcess(server, "--cancel", id);
    assert.equal(cancelled.well, true);
  } finally {
    await stack.close();
    await Deno.remove(folder, { recursive: true });
  }
});
