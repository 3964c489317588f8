// Proves that the workflows name existing tasks and scripts, and pin what they run.
import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import { textOf } from "./helpers/sources.ts";
import { SUPABASE_CLI_VERSION } from "./helpers/supabase_cli.ts";

const step = z.strictObject({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.string()).optional(),
}).refine(({ uses, run }) => (uses === undefined) !== (run === undefined));

/** The supported part of GitHub's workflow syntax; anything else is a mistake. */
const workflow = z.strictObject({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: z.strictObject({ contents: z.literal("read") }),
  concurrency: z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() }),
  jobs: z.record(
    z.string(),
    z.strictObject({
      needs: z.string().optional(),
      "runs-on": z.literal("ubuntu-24.04"),
      "timeout-minutes": z.number(),
      environment: z.string().optional(),
      env: z.record(z.string(), z.string()).optional(),
      steps: z.array(step).min(1),
    }),
  ),
});

const FILES = ["test.yml", "deploy.yml", "nightly.yml"].map((name) => `.github/workflows/${name}`);
const WORKFLOWS = FILES.map((path) => workflow.parse(parse(textOf(path))));
const [TEST, DEPLOY, NIGHTLY] = WORKFLOWS;
const runsOf = ({ jobs }: z.infer<typeof workflow>) =>
  Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
const RUNS = WORKFLOWS.flatMap(runsOf);

Deno.test("the workflows name existing tasks, scripts and jobs", () => {
  const { tasks } = JSON.parse(textOf("deno.json")) as { tasks: Record<string, string> };
  let named = 0;
  for (const run of RUNS) {
    for (const [, task] of run.matchAll(/ task (\S+)/g)) {
      named++;
      assert.ok(task in tasks, `the task ${task} does not exist`);
    }
    for (const [, script] of run.matchAll(/^\.\/(\S+)/gm)) {
      named++;
      assert.ok(Deno.statSync(new URL(`../${script}`, import.meta.url)).mode! & 0o100, script);
    }
  }
  assert.equal(named, 6);
  for (const { jobs } of WORKFLOWS) {
    for (const { needs } of Object.values(jobs)) assert.ok(needs === undefined || needs in jobs);
  }
});

Deno.test("the workflows pin the versions of what they run", () => {
  for (const path of FILES) {
    for (const [, action] of textOf(path).matchAll(/uses: (.+)/g)) {
      assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  }
  const deno = /deno@(\S+)/.exec(textOf(".ci/run"))![1];
  for (const run of RUNS.filter((run) => run.startsWith("npx"))) {
    const [, , version] = /^npx --yes (deno|supabase)@(\S+) /.exec(run) ?? assert.fail(run);
    assert.equal(version, run.includes(" deno@") ? deno : SUPABASE_CLI_VERSION, run);
  }
});

Deno.test("no expression is pasted into a shell", () => {
  assert.deepEqual(RUNS.filter((run) => run.includes("${{")), []);
});

Deno.test("a tag is tested before it is deployed, and smoke runs after the migrations and the function", () => {
  const { test, deploy } = DEPLOY.jobs;
  const commandsOf = (steps: z.infer<typeof step>[]) => steps.map(({ uses, run }) => uses ?? run);
  assert.deepEqual(commandsOf(test.steps), commandsOf(TEST.jobs.test.steps));
  assert.equal(deploy.needs, "test");
  const order = ["db push --remote=", "functions deploy process-image --remote=", "task smoke"];
  const commands = deploy.steps.flatMap(({ run }) => run ?? []);
  assert.equal(commands.length, order.length);
  commands.forEach((command, i) => assert.ok(command.includes(order[i]), command));
  // Server-side bundling takes 5 MB, see bundle-check.
  assert.ok(!commands.join().includes("--use-api"));
});

Deno.test("each night all tests run in their long form", () => {
  assert.ok("schedule" in NIGHTLY.on);
  assert.match(runsOf(NIGHTLY).join(), / task test-all$/);
});

Deno.test("docs/operations.md describes the workflow's variables and secrets", () => {
  const page = textOf("docs/operations.md");
  const names = [...textOf(FILES[1]).matchAll(/(?:vars|secrets)\.(\w+)/g)].map(([, name]) => name);
  assert.ok(names.length >= 3);
  assert.deepEqual(names.filter((name) => !page.includes(`\`${name}\``)), []);
});
