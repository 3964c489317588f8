// Proves that the commands, queries and snippets of the pages in docs/ work as pasted, or are marked as ones that need a hosted project.
import assert from "node:assert/strict";
import { parse as parseYaml } from "yaml";
import { envFileOf } from "../../dev/env_file.ts";
import type { Stack } from "../../dev/stack.ts";
import { deepHealthSchema } from "../../shared/status/health_schema.ts";
import { metricsSchema } from "../../shared/status/metrics_schema.ts";
import { eraseReplySchema } from "../../shared/erase/erase_reply_schema.ts";
import { snippetsOf } from "../client/snippets_of.ts";
import { batchEnd } from "../helpers/batches.ts";
import { fixture } from "../helpers/call.ts";
import { closedAddress } from "../helpers/closed_address.ts";
import { copyOfProject } from "../helpers/copy_of_project.ts";
import { type Block, blocksOf } from "../helpers/markdown.ts";
import { paste } from "../helpers/paste.ts";
import { filesIn, textOf } from "../helpers/sources.ts";

/** Pages that other tests check: the README's, and those that `deno task openapi` writes. */
const ELSEWHERE = [
  "README.md",
  "docs/interface.md",
  "docs/recipes.md",
  "docs/errors.md",
  "docs/settings.md",
];
const PAGES = ["client/README.md", "examples/admin/README.md", ...filesIn("docs")]
  .filter((path) => path.endsWith(".md") && !ELSEWHERE.includes(path));

/** Blocks by page and start that other tests use, and where. */
const RUN_ELSEWHERE: Record<string, [start: string, test: string][]> = {
  "client/README.md": [
    ["npx --yes deno@2.9.6 task client", "tests/client/package_test.ts"],
    ["npm install ./process-image-client", "tests/client/package_test.ts"],
    ["import {", "tests/client/package_test.ts"],
    ["const ", "tests/client/package_test.ts"],
  ],
  "docs/existing-project.md": [
    ["your-project/", "tests/dev/existing_project_test.ts"],
    ["mkdir process-image", "tests/dev/existing_project_test.ts"],
    ["[functions.process-image]", "tests/dev/existing_project_test.ts"],
    ["select relname", "tests/dev/existing_project_test.ts"],
  ],
};

/** Blocks of output, by start: each shows the form only. */
const OUTPUTS = ["Not photos, skipped", "# HELP process_image", "default-src 'self'"];

/** The marks of blocks that need more than this machine. */
const MARK = /needs (a hosted project|Docker|a key of API4\.ai)/i;

const used = new Set<string>();

/** The only block of a page with this start. */
function block(page: string, start: string): string {
  const found = blocksOf(textOf(page)).filter(({ text }) => text.startsWith(start));
  assert.equal(found.length, 1, `${found.length} blocks of ${page} start with ${start}`);
  used.add(found[0].text);
  return found[0].text;
}

type StackModule = typeof import("../../dev/stack.ts");

/** A copy of the project beside a running stack, in which commands are pasted. */
interface Place {
  folder: string;
  /** The environment in which `deno` is this Deno. */
  path: { PATH: string };
  stack: Stack;
  /** Pastes a command for the local stack in place of the hosted project. @returns Its output. */
  run(command: string): Promise<string>;
}

async function withPlace(test: (place: Place) => Promise<void>): Promise<void> {
  const folder = await copyOfProject();
  // The table of listing.md is a migration of this project. Hosted Supabase grants its privileges by default.
  const table = block("docs/listing.md", "create table public.vehicle_pictures");
  const grant = "grant select, insert, update, delete on public.vehicle_pictures to authenticated;";
  const migration = `${folder}/supabase/migrations/20270101000000_vehicles.sql`;
  await Deno.writeTextFile(migration, `${table}${grant}\n`);
  const { startStack } = await import(`file://${folder}/dev/stack.ts`) as StackModule;
  const stack = await startStack({ tickEveryMs: 200, keepImages: false });
  try {
    await Deno.writeTextFile(`${folder}/.env.local`, envFileOf(stack));
    await Deno.mkdir(`${folder}/bin`);
    await Deno.symlink(Deno.execPath(), `${folder}/bin/deno`);
    const path = { PATH: `${folder}/bin:${Deno.env.get("PATH")}` };
    const run = async (command: string): Promise<string> => {
      const local = command.replaceAll("https://YOUR_PROJECT_REF.supabase.co", stack.url)
        .replaceAll("YOUR_SECRET_KEY", stack.secretKey);
      const { code, stdout, stderr } = await paste(local, folder, path);
      assert.equal(code, 0, `${command}\n${stdout}${stderr}`);
      return stdout;
    };
    await test({ folder, path, stack, run });
  } finally {
    await stack.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs the statements of a block of SQL. @returns The rows of the last one. */
async function query({ stack }: Place, sql: string): Promise<Record<string, unknown>[]> {
  let rows: Record<string, unknown>[] = [];
  const statements = sql.replaceAll(/--.*$/gm, "").split(";").filter((one) => one.trim());
  for (const statement of statements) rows = await stack.supabase.query(statement);
  return rows;
}

/** Text before each page's snippets: what the page takes as given. */
const PRELUDE = `
import { createClient } from "@supabase/supabase-js";
const env = Deno.env.toObject();
const supabase = createClient(env.SUPABASE_URL, env.SUPABASE_PUBLISHABLE_KEY);
const signIn = await supabase.auth.signInWithPassword({ email: env.ADMIN_EMAIL, password: env.ADMIN_PASSWORD });
if (signIn.error) throw signIn.error;
const file = new File([await Deno.readFile("fixtures/small.jpg")], "car.jpg");
const vehicleId = "0b7c2c34-6f6a-4d5f-9a39-0c9b0a8f2f11";
`;

Deno.test("the commands and snippets of the pages work as pasted", async (t) => {
  await withPlace(async (place) => {
    const { folder, path, stack, run } = place;
    await t.step(
      "deleting.md: a photo that was never processed before is deleted with curl",
      async () => {
        const out = await run(block("docs/deleting.md", ". ./.env.local"));
        const deleted = eraseReplySchema.parse(JSON.parse(out.slice(out.lastIndexOf('{"photos"'))));
        assert.deepEqual([deleted.photos[0].results, deleted.photos[0].cutouts], [4, 1]);
        const shown = JSON.parse(block("docs/deleting.md", '{\n  "photos"'));
        assert.deepEqual(Object.keys(shown.photos[0]), Object.keys(deleted.photos[0]));
      },
    );
    await t.step("batches.md: a photo is uploaded, and a batch created", async () => {
      const out = await run(block("docs/batches.md", ". ./.env.local"));
      const { batch_id } = JSON.parse(out.slice(out.lastIndexOf('{"batch_id"')));
      assert.equal((await batchEnd(stack, batch_id)).counts.succeeded, 1);
    });
    await t.step("batches.md: a folder is processed", async () => {
      await Deno.mkdir(`${folder}/photos`);
      await Deno.writeFile(`${folder}/photos/small.jpg`, await fixture("small.jpg"));
      const out = await run(block("docs/batches.md", "export SUPABASE_URL"));
      assert.match(out, /^1 photo: 1 succeeded, 0 failed\.$/m);
    });
    await t.step("cutouts.md: the server downloads its model, and says why it cannot", async () => {
      const npmrc = `${folder}/registry.npmrc`;
      await Deno.writeTextFile(npmrc, `registry=${closedAddress()}/\n`);
      const command = block("docs/cutouts.md", "npx --yes deno@2.9.6 task cutouts")
        .replace("npx --yes deno@2.9.6", "deno"); // npx asks the registry, too
      const env = { ...path, NPM_CONFIG_USERCONFIG: npmrc, CUTOUTS_CACHE: `${folder}/models` };
      const { code, stdout, stderr } = await paste(command, folder, env);
      assert.equal(code, 1, stdout + stderr);
      assert.match(stdout, /^Downloading the model .+ once, \d+ MB, from 127\.0\.0\.1/m);
      assert.match(stderr, /127\.0\.0\.1.+ cannot be downloaded: /);
    });
    await t.step("observability.md: the smoke test", async () => {
      const out = await run(block("docs/observability.md", "export SMOKE_KEY"));
      assert.match(out, /All is well/);
    });
    await t.step("reuse.md: cutouts are listed and pruned", async () => {
      const out = await run(block("docs/reuse.md", "export SUPABASE_URL"));
      assert.match(out, /0 would be removed from car-cutouts/);
      assert.match(out, /0 removed from car-cutouts/);
    });
    await t.step("the SQL of the pages runs on the migrations", async () => {
      await query(place, block("docs/reuse.md", "select photo_hash"));
      await query(place, block("docs/rollout.md", "update public.rollout_settings"));
      await query(place, block("docs/operations.md", "update rollout_settings"));
      await query(place, "update rollout_settings set use_new_pipeline = null");
      await query(place, block("docs/operations.md", "-- Errors of the last day"));
      const [row] = await query(place, block("docs/operations.md", "select count(*) filter"));
      assert.ok(Number(row.called) > 0);
    });
    await t.step(
      "listing.md and deleting.md: pictures are linked, and deleted with their vehicle",
      async () => {
        for (const page of ["docs/listing.md", "docs/deleting.md"]) {
          for (const { language, text } of blocksOf(textOf(page))) {
            if (language === "ts") used.add(text);
          }
          const snippets = snippetsOf(textOf(page)).replaceAll(
            '"@process-image/client"',
            '"./client/mod.ts"',
          );
          await Deno.writeTextFile(`${folder}/snippets.ts`, PRELUDE + snippets);
          await run("set -a; . ./.env.local; deno run -A --check snippets.ts");
          const linked = await stack.supabase.query<{ photo_hash: string }>(
            "select photo_hash from public.vehicle_pictures",
          );
          assert.equal(linked.length, page === "docs/listing.md" ? 1 : 0, page);
        }
        const left = await stack.supabase.query(
          "select from storage.objects where bucket_id = 'car-images' and name like $1",
          [`${await hashOf("small.jpg")}/%`],
        );
        assert.equal(left.length, 0);
      },
    );
    await t.step("observability.md: the answers have the documented fields", async () => {
      const headers = { apikey: stack.secretKey };
      const get = async (path: string) =>
        await (await fetch(`${stack.functionUrl}${path}`, { headers })).json();
      const health = JSON.parse(block("docs/observability.md", '{\n  "status"'));
      const deep = deepHealthSchema.parse(await get("/health?deep=1"));
      assert.deepEqual(Object.keys(health), Object.keys(deep));
      const names = (checks: { name: string }[]) => checks.map(({ name }) => name);
      assert.deepEqual(names(health.checks), names(deep.checks));
      const metrics = JSON.parse(block("docs/observability.md", '{\n  "requests"'));
      assert.deepEqual(
        Object.keys(metrics).sort(),
        Object.keys(metricsSchema.parse(await get("/metrics"))).sort(),
      );
    });
  });
});

async function hashOf(name: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await fixture(name));
  return new Uint8Array(digest).toHex();
}

Deno.test("the pages' Prometheus settings are valid, and read the documented address", () => {
  for (const page of ["docs/observability.md", "docs/operations.md"]) {
    const { scrape_configs: [job] } = parseYaml(block(page, "scrape_configs:"));
    assert.equal(job.metrics_path, "/functions/v1/process-image/metrics");
    assert.deepEqual(Object.keys(job.http_headers), ["apikey"]);
  }
});

Deno.test("the page's <img> names each variant by its real width", () => {
  const html = block("docs/listing.md", "<img");
  const [, srcset] = /srcset="([^"]+)"/.exec(html)!;
  assert.equal(srcset, "GRID_URL 600w, DETAIL_URL 1200w");
  for (const attribute of ['width="600"', 'height="400"', "sizes=", "alt="]) {
    assert.ok(html.includes(attribute), attribute);
  }
});

Deno.test("a test runs every block of the pages, or the block says that it needs a hosted project", () => {
  const isAllowed = (page: string, { text }: Block) =>
    used.has(text) || MARK.test(text.split("\n")[0]) ||
    OUTPUTS.some((start) => text.startsWith(start)) ||
    (RUN_ELSEWHERE[page] ?? []).some(([start]) => text.startsWith(start));
  const unknown = PAGES.flatMap((page) =>
    blocksOf(textOf(page)).filter((one) => !isAllowed(page, one))
      .map(({ line, text }) => `${page}:${line}: ${text.split("\n")[0]}`)
  );
  assert.deepEqual(unknown, []);
  for (const [page, entries] of Object.entries(RUN_ELSEWHERE)) {
    for (const [start, test] of entries) {
      assert.ok(blocksOf(textOf(page)).some(({ text }) => text.startsWith(start)), start);
      const text = textOf(test);
      assert.ok(text.includes(start) || text.includes(page), `${test} does not use ${page}`);
    }
  }
});
