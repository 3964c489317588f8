// Proves that `deno task cache` counts and removes only the intended cutouts.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { cutoutEntries, removeCutouts } from "../../dev/cache/cutout_entries.ts";
import { cacheTable } from "../../dev/cache/cache_table.ts";
import { startLocalSupabase } from "../../dev/local_supabase.ts";

const BUCKET = "car-cutouts";
const supabase = await startLocalSupabase();
Deno.test.afterAll(() => supabase.close());
const client = createClient(supabase.url, supabase.secretKey, { auth: { persistSession: false } });

/** Runs the command itself. */
async function cache(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; out: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--allow-net=127.0.0.1", "--allow-env"],
      new URL("../../dev/cache.ts", import.meta.url).href,
      ...args,
    ],
    env: { SUPABASE_URL: supabase.url, SUPABASE_SECRET_KEY: supabase.secretKey, ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout) + decoder.decode(stderr) };
}

async function names(): Promise<string[]> {
  const rows = await supabase.query<{ name: string }>(
    "select name from storage.objects where bucket_id = $1 order by name",
    [BUCKET],
  );
  return rows.map(({ name }) => name);
}

/** Stores cutouts of two modes, each a day older than the previous one. */
async function fill(): Promise<string[]> {
  await removeCutouts(client, BUCKET, await names());
  const paths = [0, 1, 2, 3, 4].map((day) =>
    `v1/api4ai-${day < 3 ? "fg-mask" : "fg-image"}/${String(day).repeat(64)}.png`
  );
  for (const [day, path] of paths.entries()) {
    const { error } = await client.storage.from(BUCKET)
      .upload(path, new Uint8Array(1_000), { contentType: "image/png" });
    assert.equal(error, null);
    await supabase.query(
      "update storage.objects set created_at = now() - $2::int * interval '1 day' - interval '1 hour' where name = $1",
      [path, day],
    );
  }
  return paths;
}

Deno.test("deno task cache counts and removes cutouts", async (t) => {
  const paths = await fill();
  await t.step("stats counts by folder, and removes nothing", async () => {
    const { code, out } = await cache(["stats"]);
    assert.equal(code, 0, out);
    assert.match(out, /^folder +files +MB +oldest +newest$/m);
    assert.match(out, /^v1\/api4ai-fg-image +2 +0\.0 +\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d$/m);
    assert.match(out, /^v1\/api4ai-fg-mask +3 /m);
    assert.match(out, /^all +5 /m);
    assert.deepEqual(await names(), paths.toSorted());
  });
  await t.step("a dry run lists what prune would remove, and removes nothing", async () => {
    const { code, out } = await cache(["prune", "--older-than", "2d", "--dry-run"]);
    assert.equal(code, 0, out);
    assert.match(out, /^all +5 .* 3$/m);
    assert.match(out, /^3 would be removed from car-cutouts\.$/m);
    assert.equal((await names()).length, 5);
  });
  await t.step("prune removes only cutouts that are older than the limit", async () => {
    const { code, out } = await cache(["prune", "--older-than", "2d"]);
    assert.equal(code, 0, out);
    assert.match(out, /^3 removed from car-cutouts\.$/m);
    assert.ok(!out.includes(supabase.secretKey));
    assert.deepEqual(await names(), paths.slice(0, 2));
  });
  await t.step("invalid arguments remove nothing and print the usage", async () => {
    const wrong: [string[], RegExp, Record<string, string>?][] = [
      [[], /stats or prune/],
      [["prune"], /--older-than: expected such as 90d/],
      [["prune", "--older-than", "soon"], /received soon/],
      [["stats"], /SUPABASE_URL is not set/, { SUPABASE_URL: "" }],
      [["stats"], /there is no cache/, { CUTOUT_BUCKET: "none" }],
    ];
    const outcomes = await Promise.all(wrong.map(([args, , env]) => cache(args, env)));
    for (const [index, { code, out }] of outcomes.entries()) {
      assert.equal(code, 2, out);
      assert.match(out, wrong[index][1]);
      assert.match(out, /Expected npx --yes deno@2\.9\.6 task cache stats/);
    }
    assert.equal((await names()).length, 2);
  });
});

Deno.test("cutouts beyond one page are listed once each, and removed in batches", async () => {
  const paths = await fill();
  for (const pageSize of [1, 2, 3]) {
    const entries = await Array.fromAsync(cutoutEntries(client, BUCKET, pageSize));
    assert.deepEqual(entries.map(({ path }) => path).toSorted(), paths.toSorted());
    assert.ok(entries.every(({ bytes }) => bytes === 1_000));
  }
  assert.equal(await removeCutouts(client, BUCKET, [...paths, "v1/gone.png"], 2), 5);
  assert.deepEqual(await names(), []);
  assert.equal(cacheTable([]), "folder  files  MB  oldest  newest");
});

/** A client of a Storage that lists by folder as the hosted one does; folders have no id. (The local one does not.) */
function hostedClient(paths: readonly string[]) {
  const list = async (request: Request): Promise<Response> => {
    const { prefix, limit, offset } = await request.json();
    const start = prefix === "" ? "" : `${prefix}/`;
    const below = paths.filter((path) => path.startsWith(start))
      .map((path) => path.slice(start.length).split("/"));
    const names = new Map(below.map(([name, ...more]) => [name, more.length > 0]));
    const entries = [...names].toSorted(([a], [b]) => a < b ? -1 : 1).map(([name, isFolder]) =>
      isFolder
        ? { name, id: null, created_at: null, metadata: null }
        : { name, id: name, created_at: "2026-01-01T00:00:00Z", metadata: { size: 7 } }
    );
    return Response.json(entries.slice(offset, offset + limit));
  };
  return createClient("http://127.0.0.1:9", "key", {
    global: { fetch: (input, init) => list(new Request(input, init)) },
  });
}

Deno.test("cutouts are found in the folders of every version and mode", async () => {
  const paths = ["v1/a-x/1.png", "v1/a-x/2.png", "v1/a-x/3.png", "v1/b-y/4.png", "v2/a-x/5.png"];
  for (const pageSize of [1, 2, 1_000]) {
    const entries = await Array.fromAsync(cutoutEntries(hostedClient(paths), BUCKET, pageSize));
    assert.deepEqual(entries.map(({ path }) => path), paths);
    assert.ok(entries.every(({ bytes, createdAt }) => bytes === 7 && createdAt.getTime() > 0));
  }
});

Deno.test("working images are one row, and pruned like cutouts", async () => {
  await fill();
  for (const photo of ["a", "b"]) {
    const path = `working-v1/${photo.repeat(64)}/0-3-of-6`;
    const { error } = await client.storage.from(BUCKET)
      .upload(path, new Uint8Array(500), { contentType: "application/octet-stream" });
    assert.equal(error, null);
    await supabase.query(
      "update storage.objects set created_at = now() - interval '3 days' where name = $1",
      [path],
    );
  }
  const stats = await cache(["stats"]);
  assert.match(stats.out, /^working-v1 +2 +0\.0 /m);
  assert.equal((await cache(["prune", "--older-than", "60h"])).code, 0);
  assert.deepEqual((await names()).filter((name) => name.startsWith("working-")), []);
});

Deno.test("an unavailable bucket is an error", async () => {
  const stranger = createClient(`${supabase.url}/nowhere`, supabase.secretKey);
  await assert.rejects(Array.fromAsync(cutoutEntries(stranger, BUCKET)), /cannot be listed/);
  await assert.rejects(removeCutouts(stranger, BUCKET, ["v1/a.png"]), /0 removed, then it failed/);
});
