// Proves what `deno task batch` uploads, enqueues, watches and reports, against a fake project.
import assert from "node:assert/strict";
import { closedAddress } from "../helpers/closed_address.ts";
import { greyGif } from "../helpers/tiny_files.ts";
import { batchInProcess as batch } from "./batch/batch_in_process.ts";
import { FakeProject } from "./batch/fake_project.ts";

/** Creates a folder of five photos, two of them equal, and another file. */
async function withFolder(test: (folder: string, project: FakeProject) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  const project = new FakeProject();
  try {
    await Deno.mkdir(`${folder}/north/.hidden`, { recursive: true });
    const files: [name: string, content: Uint8Array][] = [
      ["a.jpg", greyGif([1])],
      ["b.gif", greyGif([2])],
      ["north/a.gif", greyGif([3])],
      ["north/b", greyGif([4])],
      ["zz.gif", greyGif([1])],
      ["notes.txt", new TextEncoder().encode("no photo")],
      ["north/empty.jpg", new Uint8Array()],
      [".thumb.gif", greyGif([5])],
      ["north/.hidden/c.gif", greyGif([6])],
    ];
    for (const [name, content] of files) await Deno.writeFile(`${folder}/${name}`, content);
    await test(folder, project);
  } finally {
    await project.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Starts the command itself. */
function spawn(project: FakeProject, ...args: string[]): Deno.ChildProcess {
  const script = new URL("../../dev/batch.ts", import.meta.url).href;
  const permissions = ["--allow-net=127.0.0.1", "--allow-read", "--allow-env"];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...permissions, script, ...args],
    env: { SUPABASE_URL: project.url, SUPABASE_SECRET_KEY: project.key },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** The output of a process on both streams. */
async function outputOf(child: Deno.ChildProcess): Promise<{ code: number; out: string }> {
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout) + decoder.decode(stderr) };
}

const uploadsOf = ({ calls }: FakeProject) =>
  calls.filter((call) => call.startsWith("POST /storage/")).length;

Deno.test("a folder's photos are uploaded once each, enqueued and watched to their end", async () => {
  await withFolder(async (folder, project) => {
    const settings = ["--options", '{"shadow":"none"}', "--webhook", "https://x.example/done"];
    const { well, out, ids } = await batch(project, folder, ...settings);
    assert.equal(well, true, out);
    assert.equal(uploadsOf(project), 4);
    assert.ok(
      [...project.originals].every(([path, type]) =>
        /^[0-9a-f]{64}\.gif$/.test(path) && type === "image/gif"
      ),
    );
    const { request } = project.batches.get(ids[0])!;
    const names = request.items.map(({ filename }) => filename);
    assert.deepEqual(names, ["a.jpg", "b.gif", "north/a.gif", "north/b", "zz.gif"]);
    const [first, , , , last] = request.items;
    assert.deepEqual(first.storage_path, last.storage_path);
    assert.deepEqual(first.options, { shadow: "none" });
    assert.equal(request.webhook_url, "https://x.example/done");

    assert.match(out, /^Not photos, skipped: north\/empty\.jpg, notes\.txt$/m);
    assert.match(out, /5\/5 uploaded {2}100 %/);
    assert.match(out, new RegExp(`^Batch ${ids[0]}: 5 photos$`, "m"));
    assert.match(out, /5\/5 processed {2}100 %/);
    assert.match(out, /^5 photos: 5 succeeded, 0 failed\.$/m);
    assert.match(out, /^5 with the warning background_removal_not_configured\.$/m);
    assert.match(out, /^Webhook: pending\.$/m);
  });
});

Deno.test("repeating a command uploads nothing, and returns the same batch unless an option differs", async () => {
  await withFolder(async (folder, project) => {
    const first = await batch(project, folder);
    const uploads = uploadsOf(project);
    const second = await batch(project, folder);
    assert.deepEqual(second.ids, first.ids);
    assert.match(second.out, /already enqueued with the same photos and settings/);
    assert.match(second.out, /^5 were in Storage already\.$/m);
    const others = [["--again"], ["--force"], ["--options", '{"shadow":"none"}']];
    for (const args of others) await batch(project, folder, ...args);
    assert.equal(project.batches.size, 1 + others.length);
    assert.equal(uploadsOf(project), uploads);
    const [, , forced] = project.batches.values();
    assert.ok(forced.request.items.every(({ force }) => force === true));
  });
});

Deno.test("failed photos are named at once and in a table, and can be requeued", async () => {
  await withFolder(async (folder, project) => {
    project.poison.set("north/a.gif", { code: "invalid_image", message: "The image is damaged." });
    project.pace = 1;
    const results = `${folder}/.results`;
    const { well, out, ids } = await batch(project, folder, "--results", results);
    assert.equal(well, false);
    assert.match(out, /^Failed: north\/a\.gif: The image is damaged\. \(invalid_image\)$/m);
    assert.match(out, /^5 photos: 4 succeeded, 1 failed\.$/m);
    assert.match(out, /^north\/a\.gif +1 +invalid_image +The image is damaged\.$/m);
    assert.ok(out.includes(`npx --yes deno@2.9.6 task batch --requeue ${ids[0]}`));
    const lines = (await Deno.readTextFile(results)).trim().split("\n").map((one) =>
      JSON.parse(one)
    );
    assert.deepEqual(lines.map(({ photo, state }) => `${photo} ${state}`), [
      ...["a.jpg succeeded", "b.gif succeeded", "north/a.gif failed"],
      ...["north/b succeeded", "zz.gif succeeded"],
    ]);
    assert.equal(lines[1].storage_urls.grid, `${project.url}/grid/1`);
    assert.equal(lines[2].error.code, "invalid_image");

    project.poison.clear();
    const again = await batch(project, "--requeue", ids[0]);
    assert.equal(again.well, true, again.out);
    assert.match(again.out, /^5 photos: 5 succeeded, 0 failed\.$/m);
  });
});

Deno.test("temporary failures of the network, Storage and the function are retried", async () => {
  await withFolder(async (folder, project) => {
    project.faults.push(500, 0, 503, 546, 429, 502);
    let looks = 0;
    project.onLook = () => {
      if (++looks === 1) project.faults.push(0, 546);
    };
    const { well, out } = await batch(project, folder);
    assert.equal(well, true, out);
    assert.equal(project.faults.length, 0);
    assert.equal(project.originals.size, 4);
  });
});

Deno.test("a photo that Storage refuses is reported and left out; a wrong key ends the command", async () => {
  await withFolder(async (folder, project) => {
    const large = new Uint8Array(200_000);
    large.set(greyGif([7]));
    await Deno.writeFile(`${folder}/large.gif`, large);
    const { well, out, ids } = await batch(project, folder);
    assert.equal(well, false);
    assert.match(out, /^Not uploaded: large\.gif: A file is larger than the bucket allows\.$/m);
    assert.match(out, /^5 photos: 5 succeeded, 0 failed\.$/m);
    assert.match(out, /^1 could not be uploaded: see above\.$/m);
    const wrong = { url: project.url, key: "sb_secret_wrong" };
    await assert.rejects(batch(wrong, folder, "--again"), {
      name: "BatchError",
      message: /^Photos cannot be uploaded to car-originals: The key may not write there\./,
    });
    await assert.rejects(batch(wrong, "--attach", ids[0]), /invalid_credential, HTTP 401/);
    await assert.rejects(batch(project, "--attach", "x"), /There is no batch x\. \(not_found/);
    const nobody = { url: closedAddress(), key: "x" };
    await assert.rejects(batch(nobody, "--attach", "x"), /does not answer/);
  });
});

Deno.test("a missing folder, or one without photos, is reported", async () => {
  const folder = await Deno.makeTempDir();
  const nobody = { url: closedAddress(), key: "x" };
  try {
    await assert.rejects(batch(nobody, folder), /There are no photos in /);
    await assert.rejects(batch(nobody, `${folder}/x`), /There is no folder .+\/x\./);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("more than 500 photos become several batches, which are watched and attached to together", async () => {
  const folder = await Deno.makeTempDir();
  const project = new FakeProject();
  try {
    project.pace = 100;
    for (let number = 0; number < 1_001; number++) {
      await Deno.writeFile(`${folder}/${number}.gif`, greyGif([number % 64]));
    }
    const sent = await batch(project, folder, "--detach");
    assert.equal(uploadsOf(project), 64);
    assert.deepEqual(
      sent.ids.map((id) => project.batches.get(id)!.request.items.length),
      [500, 500, 1],
    );
    assert.ok(sent.out.endsWith(`--attach ${sent.ids.join(" ")}\n`));
    const { well, out } = await batch(project, "--attach", ...sent.ids);
    assert.equal(well, true);
    assert.match(out, /^1001 photos: 1001 succeeded, 0 failed\.$/m);
  } finally {
    await project.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("Ctrl-C leaves a batch running and prints how to attach to it; a cancelled batch has ended", async () => {
  await withFolder(async (folder, project) => {
    project.pace = 0;
    const child = spawn(project, folder);
    project.onLook = () => {
      project.onLook = () => {};
      child.kill("SIGINT");
    };
    const { code, out } = await outputOf(child);
    assert.equal(code, 130, out);
    const [id] = project.batches.keys();
    assert.ok(
      out.includes(
        `The batch continues on its own. To watch it: npx --yes deno@2.9.6 task batch --attach ${id}`,
      ),
      out,
    );
    assert.ok(!project.calls.some((call) => call.startsWith("DELETE")));
    assert.ok(!out.includes(project.key));

    const cancelled = await outputOf(spawn(project, "--cancel", id));
    assert.equal(cancelled.code, 0, cancelled.out);
    assert.match(cancelled.out, /^5 photos: 0 succeeded, 0 failed, 5 cancelled\.$/m);
    assert.equal((await outputOf(spawn(project, "--attach", id))).code, 1);
    const wrong = await outputOf(spawn(project));
    assert.equal(wrong.code, 2);
    assert.match(
      wrong.out,
      /^Expected one folder of photos\.\nUsage: npx --yes deno@2\.9\.6 task batch FOLDER/,
    );
  });
});
