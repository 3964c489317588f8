// Proves that docs/existing-project.md adds the function to a project that has functions and migrations of its own.
import assert from "node:assert/strict";
import { join } from "node:path";
import { startLocalSupabase } from "../../dev/local_supabase.ts";
import { startManagementApi } from "../../dev/management_api.ts";
import { copyOfProject } from "../helpers/copy_of_project.ts";
import { blocksOf } from "../helpers/markdown.ts";
import { paste } from "../helpers/paste.ts";
import { filesIn, sourcesFrom, textOf } from "../helpers/sources.ts";
import { supabaseCli, supabaseCliMissing } from "../helpers/supabase_cli.ts";

const reason = await supabaseCliMissing();
const ignore = reason !== undefined || Deno.build.os === "windows";

/** The only block of the page with this start. */
function block(start: string): string {
  const found = blocksOf(textOf("docs/existing-project.md"))
    .filter(({ text }) => text.startsWith(start));
  assert.equal(found.length, 1, start);
  return found[0].text;
}

/** A project with one function and one migration, which is later than those of process-image. */
const OWN: Record<string, string> = {
  "supabase/config.toml": 'project_id = "portal"\n\n[functions.hello]\nverify_jwt = true\n',
  "supabase/functions/hello/index.ts": 'Deno.serve(() => new Response("hello"));\n',
  "supabase/functions/hello/deno.json": '{ "imports": {} }\n',
  "supabase/migrations/20270101000000_vehicles.sql": "create table public.vehicles (id uuid);\n",
};

Deno.test({
  name: ignore
    ? `a project with functions of its own deploys both (ignored: ${reason})`
    : "a project with functions of its own deploys both, as docs/existing-project.md says",
  ignore,
  fn: async () => {
    const folder = await Deno.realPath(await Deno.makeTempDir());
    const copy = await copyOfProject();
    const api = startManagementApi();
    try {
      const project = join(folder, "your-project");
      for (const [path, text] of Object.entries(OWN)) {
        await Deno.mkdir(join(project, path, ".."), { recursive: true });
        await Deno.writeTextFile(join(project, path), text);
      }
      await Deno.rename(copy, join(folder, "process-image"));
      const { code, stderr } = await paste(block("mkdir process-image"), project);
      assert.equal(code, 0, stderr);
      const added = `\n${block("[functions.process-image]")}`;
      await Deno.writeTextFile(join(project, "supabase/config.toml"), added, { append: true });

      const profile = join(folder, "profile.yaml");
      await api.writeProfile(profile);
      for (const name of ["process-image", "hello"]) {
        const { code, output } = await supabaseCli(
          [
            ...["functions", "deploy", name, "--use-api", `--remote=${api.projectRef}`],
            ...["--profile", profile, "--yes"],
          ],
          { cwd: project, home: folder, accessToken: api.accessToken },
        );
        assert.equal(code, 0, output);
      }
      const [ours, theirs] = api.deployments;
      assert.deepEqual([ours.slug, ours.verifyJwt], ["process-image", false]);
      const deployed = [...(await sourcesFrom("functions/process-image/index.ts")).keys()];
      assert.deepEqual(
        [...ours.files.keys()].sort(),
        [...deployed, "deno.json"].map((path) => `process-image/${path}`).sort(),
      );
      assert.deepEqual([theirs.slug, theirs.verifyJwt], ["hello", true]);
      assert.ok([...theirs.files.keys()].every((path) => !path.startsWith("process-image/")));
      const migrations = [...Deno.readDirSync(join(project, "supabase/migrations"))];
      assert.equal(migrations.length, filesIn("supabase/migrations").length + 1);
    } finally {
      await api.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("the page lists every table, function, bucket and queue that the migrations create", async () => {
  const supabase = await startLocalSupabase();
  try {
    const sql = block("select relname").replaceAll(";", "");
    const found = new Set((await supabase.query<{ name: string }>(sql)).map(({ name }) => name));
    const migrations = filesIn("supabase/migrations").map(textOf).join("\n");
    const made = [
      ...migrations.matchAll(/create (?:table if not exists|or replace function) public\.(\w+)/g),
    ].map(([, name]) => name);
    assert.ok(made.length > 30);
    assert.deepEqual(made.filter((name) => !found.has(name)), []);
    const buckets = (await supabase.query<{ id: string }>("select id from storage.buckets"))
      .map(({ id }) => id);
    assert.ok(buckets.length >= 4);
    const page = textOf("docs/existing-project.md");
    for (const bucket of buckets) {
      assert.ok(found.has(bucket), bucket);
      assert.ok(page.includes(`\`${bucket}\``), bucket);
    }
    const queues = await supabase.query<{ queue_name: string }>("select queue_name from pgmq.meta");
    const dropping = /`(select pgmq\.drop_queue.+);`/.exec(page)![1];
    assert.ok(queues.every(({ queue_name }) => dropping.includes(`'${queue_name}'`)));
    await supabase.query(dropping);
    assert.deepEqual(await supabase.query("select queue_name from pgmq.meta"), []);
  } finally {
    await supabase.close();
  }
});
