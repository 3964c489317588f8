// Proves that docs/operations.md names only existing settings, codes, events, metrics, tasks and files.
import assert from "node:assert/strict";
import { ERROR_CATALOGUE } from "../shared/errors.ts";
import { metricsOf } from "../shared/telemetry/metrics/metrics_of.ts";
import { prometheusText } from "../shared/telemetry/metrics/prometheus.ts";
import type { Total } from "../shared/telemetry/metrics/total.ts";
import { filesIn, textOf } from "./helpers/sources.ts";

const PAGE = textOf("docs/operations.md");
const DEPLOYED = [...filesIn("shared"), ...filesIn("supabase/migrations")].map(textOf).join("\n");
const SETTINGS = new Set(
  [...textOf(".env.example").matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name),
);

/** Names in capitals that are not settings of the function: of the workflow, its tools or the platform. */
const OTHERS = new Set([
  ...[...textOf(".github/workflows/deploy.yml").matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)].map(([n]) =>
    n
  ),
  "WORKER_LIMIT",
  "BOOT_ERROR",
  "THE_REQUEST_ID",
]);

const found = (pattern: RegExp) => new Set([...PAGE.matchAll(pattern)].map(([, name]) => name));
const isWord = (name: string) => new RegExp(`\\b${name}\\b`).test(DEPLOYED);

Deno.test("docs/operations.md names only existing settings", () => {
  const named = found(/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g);
  assert.deepEqual([...named].filter((name) => !SETTINGS.has(name) && !OTHERS.has(name)), []);
  assert.ok([...named].filter((name) => SETTINGS.has(name)).length > 8);
});

Deno.test("docs/operations.md names only existing error codes, warnings, events, fields and tables", () => {
  const named = found(/`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`/g);
  // Supabase defines the permissions of an access token.
  const names = [...named].filter((name) => !/^(edge_functions|database|projects)_/.test(name));
  assert.deepEqual(names.filter((name) => !name.startsWith("process_image") && !isWord(name)), []);
  assert.ok(names.length > 30);
  for (const [, codes] of PAGE.matchAll(/code=~?"([^"]+)"/g)) {
    for (const code of codes.split("\\|")) assert.ok(code in ERROR_CATALOGUE, code);
  }
});

Deno.test("docs/operations.md names exactly the events of the log", () => {
  const logged = new Set(
    [...DEPLOYED.matchAll(/\b(?:log|write)\(\s*"(?:info|warn|error)",\s*"([a-z_]+)"/g)]
      .map(([, event]) => event),
  );
  const table = PAGE.slice(PAGE.indexOf("| event |"), PAGE.indexOf("## Cost"));
  const rows = [...table.matchAll(/^\| (`.+?`) \| (?:info|warn|error) \|/gm)];
  const named = rows.flatMap(([, cell]) => cell.split(", ").map((name) => name.slice(1, -1)));
  assert.deepEqual([...logged].filter((event) => !named.includes(event)), []);
  assert.deepEqual(named.filter((event) => !logged.has(event) && !isWord(event)), []);
});

Deno.test("docs/operations.md alerts on existing metrics only", () => {
  const total: Total = {
    ...{ served_by: "new" as const, error_code: "internal_error", le: 1, requests: 1 },
    ...{
      api4ai_calls: 1,
      cached_cutouts: 0,
      own_alpha_cutouts: 0,
      seconds: 1,
      cpu_seconds: 1,
      bytes_in: 1,
      bytes_out: 1,
    },
  };
  const exported = prometheusText(metricsOf("process_image", "all isolates", [total]));
  const samples = new Set([...exported.matchAll(/^(process_image_\w+)/gm)].map(([, name]) => name));
  samples.add("process_image_database_up");
  assert.ok(textOf("shared/status/handle_metrics.ts").includes('"process_image_database_up"'));
  const named = found(/\b(process_image_[a-z0-9_]+[a-z0-9])\b/g);
  named.delete("process_image_isolate");
  assert.ok(named.size > 5);
  // The names of the database's own functions, queues and secrets begin alike.
  const inDatabase = filesIn("supabase/migrations").map(textOf).join("\n");
  const isOfDatabase = (name: string) => new RegExp(`\\b${name}\\b`).test(inDatabase);
  assert.deepEqual([...named].filter((name) => !samples.has(name) && !isOfDatabase(name)), []);
});

Deno.test("docs/operations.md and the README name only existing tasks and files", () => {
  const { tasks } = JSON.parse(textOf("deno.json")) as { tasks: Record<string, string> };
  for (const page of [PAGE, textOf("README.md")]) {
    for (const [, task] of page.matchAll(/deno(?:@2\.9\.6)? task ([a-z-]+)/g)) {
      assert.ok(task in tasks, `the task ${task} does not exist`);
    }
  }
  for (const path of found(/`((?:\.github|bench|docs|dev|supabase)\/[\w./-]+)`/g)) {
    assert.ok(Deno.statSync(new URL(`../${path}`, import.meta.url)), path);
  }
});
