// Proves how runs are stored, summed and deleted in the database, and who can see them.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import { createSigner } from "../../../dev/tokens.ts";
import { IsolateMetrics } from "../../../shared/telemetry/metrics/isolate_metrics.ts";
import { RunStore } from "../../../shared/telemetry/metrics/run_store.ts";
import type { Run } from "../../../shared/telemetry/metrics/run.ts";
import { closedAddress } from "../../helpers/closed_address.ts";
import { runOf } from "../../helpers/run_of.ts";

const signer = await createSigner();
const supabase = await startLocalSupabase({ jwks: signer.jwks });
Deno.test.afterAll(() => supabase.close());
/** Read before a client exists: for clients, the local Supabase adds missing grants. */
const TABLE_RIGHTS = await supabase.query<{ relname: string }>(
  `select relname, role, has_table_privilege(role, oid, 'select, insert, update, delete') as may
     from pg_class cross join unnest(array['anon', 'authenticated', 'service_role']) as role
     where relnamespace = 'public'::regnamespace and relname like 'processing%' and relkind = 'r' order by 1, 2`,
);
await supabase.warmUp(); // the calls below have timeouts

const auth = { persistSession: false, autoRefreshToken: false };
const open = (keepDays = 30) =>
  new RunStore(createClient(supabase.url, supabase.secretKey, { auth }), keepDays);
const forget = () =>
  supabase.query("delete from public.processing_runs").then(() =>
    supabase.query("delete from public.processing_totals")
  );
const record = (runs: Run[], store = open()) =>
  store.record(runs.map((run) => ({ ...run, id: crypto.randomUUID() })));
const count = async (table = "processing_runs") => {
  const [row] = await supabase.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return row.n;
};
/** Advances the time for the database: makes every run older. */
const pass = (time: string) =>
  supabase.query("update public.processing_runs set started_at = started_at - $1::interval", [
    time,
  ]);

Deno.test("a run is recorded as it was observed", async () => {
  await forget();
  const startedAt = new Date(Date.now() - 5_000);
  const warnings = ["image_damaged", 'odd "code", with {braces}'];
  await record([runOf({ startedAt, warnings, isShadow: true })]);
  const [{ id, ...row }] = await supabase.query<Record<string, unknown>>(
    "select *, started_at::text as started_at from public.processing_runs",
  );
  assert.match(String(id), /^[0-9a-f-]{36}$/);
  assert.equal(new Date(String(row.started_at)).getTime(), startedAt.getTime());
  assert.deepEqual({ ...row, started_at: null }, {
    started_at: null,
    request_id: "r-1",
    outcome: "success",
    error_code: null,
    served_by: "new",
    is_shadow: true,
    bytes_in: 2_000_000,
    width_in: 4_032,
    height_in: 3_024,
    bytes_out: 200_000,
    total_ms: 1_000,
    steps_ms: { auth: 4.3, decode: 69.5 },
    cpu_ms: 300,
    api4ai: "called",
    warnings,
  });
  await forget();
  await record([runOf({ errorCode: "invalid_image", sizeIn: null })]);
  const [failed] = await supabase.query("select outcome, width_in from processing_runs");
  assert.deepEqual(failed, { outcome: "failure", width_in: null });
});

Deno.test("a run whose recording is retried is stored and counted once", async () => {
  await forget();
  const runs = [1, 2].map(() => ({ ...runOf(), id: crypto.randomUUID() }));
  await open().record([runs[0]]);
  await open().record(runs);
  await open().record(runs);
  assert.equal(await count(), 2);
  const { totals, lastHour } = await open().statistics();
  assert.equal(lastHour.new.requests, 2);
  assert.deepEqual(totals.map(({ requests }) => requests), [2]);
});

Deno.test("runs are deleted after their retention, a few at a time, and still count", async () => {
  await forget();
  await record(new Array(150).fill(runOf()));
  await pass("29 days 23 hours");
  await record([runOf()]);
  assert.equal(await count(), 151);
  await pass("2 hours");
  await record([runOf()], open(31));
  assert.equal(await count(), 152, "it is a setting");
  await record([runOf()]);
  assert.equal(await count(), 53);
  await record([runOf()]);
  assert.equal(await count(), 4);
  const { totals, lastDay } = await open().statistics();
  assert.equal(totals.reduce((sum, { requests }) => sum + requests, 0), 154);
  assert.equal(lastDay.all.requests, 4);
});

Deno.test("a fast clock does not keep a run beyond the retention", async () => {
  await forget();
  await record([runOf({ startedAt: new Date("2999-01-01") })]);
  const [row] = await supabase.query(
    "select started_at <= now() as is_past from public.processing_runs",
  );
  assert.deepEqual(row, { is_past: true });
});

/** Runs of every kind, with neighbouring durations for the percentiles. */
const RUNS: Run[] = [
  ...[300, 700, 1_100, 1_500, 9_000].map((totalMs) => runOf({ totalMs })),
  runOf({ totalMs: 40, errorCode: "invalid_image", api4ai: "none", bytesOut: 0 }),
  runOf({ totalMs: 60, errorCode: "invalid_image", api4ai: "none", bytesOut: 0 }),
  runOf({ totalMs: 200_000, errorCode: "storage_failed" }),
  runOf({ totalMs: 2_500, servedBy: "legacy", api4ai: "none" }),
  runOf({ totalMs: 3_500, servedBy: "legacy", api4ai: "cached" }),
  runOf({ totalMs: 400, isShadow: true }),
];

Deno.test("the last hour and the last day are reported by who served", async () => {
  await forget();
  await record(RUNS);
  await pass("2 hours");
  await record([runOf({ totalMs: 500 })]);
  const { lastHour, lastDay } = await open().statistics();
  const one = {
    requests: 1,
    successes: 1,
    failures: 0,
    failures_by_code: {},
    api4ai_calls: 1,
    cached_cutouts: 0,
    own_alpha_cutouts: 0,
    total_processing_time: 0.5,
    success_rate: 1,
    avg_processing_time: 0.5,
    p50: 0.5,
    p95: 0.5,
  };
  const none = {
    requests: 0,
    successes: 0,
    failures: 0,
    failures_by_code: {},
    api4ai_calls: 0,
    cached_cutouts: 0,
    own_alpha_cutouts: 0,
    total_processing_time: 0,
    success_rate: null,
    avg_processing_time: null,
    p50: null,
    p95: null,
  };
  assert.deepEqual(lastHour, { all: one, new: one, legacy: none, shadow: none });
  assert.deepEqual(lastDay.legacy, {
    requests: 2,
    successes: 2,
    failures: 0,
    failures_by_code: {},
    api4ai_calls: 0,
    cached_cutouts: 1,
    own_alpha_cutouts: 0,
    total_processing_time: 6,
    success_rate: 1,
    avg_processing_time: 3,
    p50: 3,
    p95: 3.45,
  });
  assert.equal(lastDay.shadow.requests, 1);
  assert.equal(lastDay.new.requests, 9);
  assert.equal(lastDay.all.requests, 11, "shadow runs answer no caller");
  assert.deepEqual(lastDay.new.failures_by_code, { invalid_image: 2, storage_failed: 1 });
  await pass("23 hours");
  assert.equal((await open().statistics()).lastDay.all.requests, 1);
});

Deno.test("the isolate's own figures and sums equal the database's", async () => {
  await forget();
  await record(RUNS);
  const isolate = new IsolateMetrics();
  RUNS.forEach(isolate.observe);
  const { lastHour, totals } = await open().statistics();
  const rounded = (value: unknown) =>
    JSON.parse(JSON.stringify(
      value,
      (_, one) => typeof one === "number" ? Math.round(one * 1e6) / 1e6 : one,
    ));
  assert.deepEqual(rounded(isolate.figures), rounded(lastHour));
  const key = (total: object) => JSON.stringify(total);
  const sorted = (all: readonly object[]) =>
    all.map(rounded).sort((a, b) => key(a) < key(b) ? -1 : 1);
  assert.deepEqual(sorted(isolate.totals), sorted(totals));
});

Deno.test("only the service can read, write or call the metrics", async () => {
  await forget();
  await record([runOf()]);
  const before = await supabase.query("select * from public.processing_runs");
  const totals = await supabase.query("select * from public.processing_totals");
  const batch = {
    runs: [{ ...before[0] as object, id: crypto.randomUUID() }],
    bounds: [1],
    keep_days: 1,
  };
  for (const token of [undefined, await signer.sign(), await signer.adminToken()]) {
    const client = createClient(supabase.url, supabase.publishableKey, {
      ...(token ? { accessToken: () => Promise.resolve(token) } : { auth }),
    });
    for (const name of ["processing_runs", "processing_totals"]) {
      const table = client.from(name);
      assert.deepEqual((await table.select()).data ?? [], []);
      const row: Record<string, unknown> = name === "processing_runs"
        ? batch.runs[0]
        : { ...totals[0] as object, le: 99 };
      assert.notEqual((await table.insert(row)).error, null);
      await table.update({ served_by: "legacy" }).eq("served_by", "new");
      await table.delete().eq("served_by", "new");
    }
    assert.notEqual((await client.rpc("process_image_record", { batch })).error, null);
    assert.notEqual((await client.rpc("processing_runs_statistics", {})).error, null);
  }
  assert.deepEqual(await supabase.query("select * from public.processing_runs"), before);
  assert.deepEqual(await supabase.query("select * from public.processing_totals"), totals);
});

Deno.test("the migrations themselves restrict the metrics, not the local Supabase", async () => {
  const rights: [string, boolean][] = [
    ["anon", false],
    ["authenticated", false],
    ["service_role", true],
  ];
  for (const [role, expected] of rights) {
    for (const call of ["processing_runs_record(jsonb)", "processing_runs_statistics()"]) {
      const [row] = await supabase.query<{ may: boolean }>(
        "select has_function_privilege($1, $2, 'execute') as may",
        [role, `public.${call}`],
      );
      assert.equal(row.may, expected, `${role} ${call}`);
    }
  }
  for (const relname of ["processing_runs", "processing_totals"]) {
    const [known] = await supabase.query(
      `select relrowsecurity, (select count(*)::int from pg_policies where tablename = relname) as policies
           from pg_class where oid = $1::regclass`,
      [`public.${relname}`],
    );
    assert.deepEqual(known, { relrowsecurity: true, policies: 0 });
    const ofTable = rights.map(([role, may]) => ({ relname, role, may }));
    assert.deepEqual(TABLE_RIGHTS.filter((one) => one.relname === relname), ofTable);
  }
});

Deno.test("the service's privileges suffice for the service", async () => {
  await forget();
  const batch = {
    runs: [{
      ...{ id: crypto.randomUUID(), started_at: new Date(), request_id: "r", served_by: "new" },
      ...{ is_shadow: false, bytes_in: 1, bytes_out: 1, total_ms: 1, steps_ms: {}, cpu_ms: 1 },
      ...{ api4ai: "none", warnings: [] },
    }],
    ...{ bounds: [1], keep_days: 1 },
  };
  await supabase.query("set role service_role");
  try {
    await supabase.query("select public.processing_runs_record($1)", [JSON.stringify(batch)]);
    const [row] = await supabase.query<{ known: { totals: unknown[] } }>(
      "select public.processing_runs_statistics() as known",
    );
    assert.equal(row.known.totals.length, 1);
  } finally {
    await supabase.query("reset role");
  }
  assert.equal(await count(), 1);
});

Deno.test("a missing or unmigrated database is an error of the store", async () => {
  const store = new RunStore(createClient(closedAddress(), "sb_secret_x", { auth }), 30);
  await assert.rejects(store.record([{ ...runOf(), id: crypto.randomUUID() }]));
  await assert.rejects(store.statistics());
  const rename = (from: string, to: string) =>
    supabase.query(`alter function public.${from}() rename to ${to}`);
  await rename("processing_runs_statistics", "elsewhere");
  await assert.rejects(open().statistics(), /processing_runs_statistics failed: (PGRST202|42883)/);
  await rename("elsewhere", "processing_runs_statistics");
});
