// Proves that the breaker in Postgres follows the rules of the one in memory, and that only the service can use it.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import { createSigner } from "../../../dev/tokens.ts";
import type { Circuit } from "../../../shared/background/circuit/circuit.ts";
import type { Outcome } from "../../../shared/background/circuit/circuit_breaker.ts";
import { MemoryCircuit } from "../../../shared/background/circuit/memory_circuit.ts";
import { PostgresCircuit } from "../../../shared/background/circuit/postgres_circuit.ts";
import { closedAddress } from "../../helpers/closed_address.ts";
import { seeded } from "../../helpers/random.ts";

const signer = await createSigner();
const supabase = await startLocalSupabase({ jwks: signer.jwks });
Deno.test.afterAll(() => supabase.close());

const NAME = "api4ai:test";
const TIMES = { cooldownMs: 30_000, leaseMs: 35_000 };
const FAILED: Outcome = { kind: "failed" };
const auth = { persistSession: false, autoRefreshToken: false };

/** The breaker of one process: its own client for the same database. */
const open = (name = NAME, times = TIMES) =>
  new PostgresCircuit(createClient(supabase.url, supabase.secretKey, { auth }), name, times);
const forget = () => supabase.query("delete from public.circuit_breakers");
/** Advances the time for the database: moves every future event closer. */
const pass = (ms: number) =>
  supabase.query(
    `update public.circuit_breakers set open_until = open_until - $1 * interval '1 millisecond',
       probe_until = probe_until - $1 * interval '1 millisecond'`,
    [ms],
  );

Deno.test("one process's reports reach another process", async () => {
  await forget();
  const [one, other] = [open(), open()];
  assert.deepEqual(await one.check(), { state: "closed", clean: true });
  for (let i = 0; i < 4; i++) await one.report(FAILED, false);
  assert.deepEqual(await other.check(), { state: "closed", clean: false });
  await other.report(FAILED, false);
  for (const circuit of [one, other]) {
    const passage = await circuit.check();
    assert.ok(passage.state === "open" && passage.waitMs > 0 && passage.waitMs <= 30_000);
  }
  assert.deepEqual(await open("another service").check(), { state: "closed", clean: true });
});

Deno.test("one of several processes gets the trial, and its success closes the breaker for all", async () => {
  await forget();
  const processes = Array.from({ length: 8 }, () => open());
  for (let i = 0; i < 5; i++) await processes[0].report(FAILED, false);
  assert.equal((await processes[1].claim()).state, "open");
  await pass(30_000);
  assert.deepEqual(await processes[1].check(), { state: "half-open" });
  const claims = await Promise.all(processes.map((circuit) => circuit.claim()));
  assert.deepEqual(claims.map(({ state }) => state).sort(), [
    "claimed",
    ...new Array(7).fill("open"),
  ]);
  await pass(35_000); // its report never arrives
  assert.deepEqual(await processes[2].claim(), { state: "claimed" });
  await processes[2].report({ kind: "answered" }, true);
  for (const circuit of processes) {
    assert.deepEqual(await circuit.check(), { state: "closed", clean: true });
  }
});

Deno.test("the database's breaker follows the same rules as the one in memory", async () => {
  await forget();
  const random = seeded(7);
  let nowMs = 0;
  const pair: Circuit[] = [open(), new MemoryCircuit(TIMES, () => nowMs)];
  const both = async <T>(call: (circuit: Circuit) => Promise<T>) => [
    await call(pair[0]),
    await call(pair[1]),
  ];
  const states = new Set<string>();
  for (let step = 0; step < 250; step++) {
    // Whole seconds, since the database's own clock runs on meanwhile.
    const ms = random(5) * 10_000 + 5_000;
    nowMs += ms;
    await pass(ms);
    const outcome: Outcome = [
      { kind: "answered" as const },
      ...new Array(9).fill(FAILED),
      { kind: "abandoned" as const },
      { kind: "failed" as const, retryAfterMs: 102_500.5 },
    ][random(12)];
    const wasProbe = random(3) === 0;
    if (random(3) === 0) {
      const [stored, known] = await both((circuit) => circuit.claim());
      assert.equal(stored.state, known.state, `claim ${step}`);
      states.add(known.state);
    }
    await both((circuit) => circuit.report(outcome, wasProbe));
    const [stored, known] = await both((circuit) => circuit.check());
    states.add(known.state);
    if (stored.state === "open" && known.state === "open") {
      const differenceMs = Math.abs(stored.waitMs - known.waitMs);
      assert.ok(differenceMs < 5_000, `step ${step}: ${stored.waitMs}, ${known.waitMs}`);
    } else assert.deepEqual(stored, known, `step ${step}`);
  }
  assert.deepEqual([...states].sort(), ["claimed", "closed", "half-open", "open"]);
});

Deno.test("only the service can read, write or call the breakers", async () => {
  await forget();
  await open().report(FAILED, false);
  const before = await supabase.query("select * from public.circuit_breakers");
  const tokens = [undefined, await signer.sign(), await signer.adminToken()];
  for (const token of tokens) {
    const client = createClient(supabase.url, supabase.publishableKey, {
      ...(token ? { accessToken: () => Promise.resolve(token) } : { auth }),
    });
    const table = client.from("circuit_breakers");
    assert.deepEqual((await table.select()).data ?? [], []);
    assert.notEqual((await table.insert({ name: "x" })).error, null);
    await table.update({ failures: 99 }).eq("name", NAME);
    await table.delete().eq("name", NAME);
    const report = {
      ...{ breaker: NAME, outcome: "failed", was_probe: false, failures_to_open: 1 },
      ...{ cooldown_ms: 300_000, longest_ms: 300_000 },
    };
    assert.notEqual((await client.rpc("circuit_breaker_report", report)).error, null);
    assert.notEqual((await client.rpc("circuit_breaker_enter", { breaker: NAME })).error, null);
  }
  assert.deepEqual(await supabase.query("select * from public.circuit_breakers"), before);
});

Deno.test("the migrations themselves restrict the breakers, not the local Supabase", async () => {
  const functions = [
    "public.circuit_breaker_enter(text, integer)",
    "public.circuit_breaker_report(text, text, boolean, integer, integer, integer, integer)",
  ];
  for (
    const [role, expected] of [["anon", false], ["authenticated", false], ["service_role", true]]
  ) {
    for (const signature of functions) {
      const [row] = await supabase.query<{ may: boolean }>(
        "select has_function_privilege($1, $2, 'execute') as may",
        [role, signature],
      );
      assert.equal(row.may, expected, `${role} ${signature}`);
    }
  }
  const [table] = await supabase.query<{ relrowsecurity: boolean; policies: number }>(
    `select relrowsecurity, (select count(*)::int from pg_policies where tablename = relname) as policies
       from pg_class where oid = 'public.circuit_breakers'::regclass`,
  );
  assert.deepEqual(table, { relrowsecurity: true, policies: 0 });
});

Deno.test("a missing or unmigrated database is an error", async () => {
  const client = createClient(closedAddress(), "sb_secret_x", { auth });
  await assert.rejects(new PostgresCircuit(client, NAME, TIMES).check());
  const rename = (from: string, to: string) =>
    supabase.query(`alter function public.${from}(text, integer) rename to ${to}`);
  await rename("circuit_breaker_enter", "elsewhere");
  await assert.rejects(open().check(), /circuit_breaker_enter failed: (PGRST202|42883)/);
  await rename("elsewhere", "circuit_breaker_enter");
  await using strange = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.json({ state: "ajar" }),
  );
  const odd = createClient(`http://127.0.0.1:${strange.addr.port}`, "sb_secret_x", { auth });
  await assert.rejects(new PostgresCircuit(odd, NAME, TIMES).check());
});
