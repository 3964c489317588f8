// Proves over HTTP that API4.ai is paused after five failed uploads, for all processes, and is tried again after the
// cool-down.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import type { Behaviour } from "../../../dev/api4ai_simulator.ts";
import { startFunction } from "../../../dev/function_process.ts";
import type { Stack } from "../../../dev/stack.ts";
import { PostgresCircuit } from "../../../shared/background/circuit/postgres_circuit.ts";
import type { Reply } from "../../../shared/photo/reply_schema.ts";
import { expectReply, fixture, sendBytes } from "../../helpers/call.ts";
import { onBothDenos } from "../../helpers/on_both_denos.ts";

/** The tests send one photo repeatedly. Nothing is cached, so each request calls API4.ai. */
const ASKED = { CUTOUT_BUCKET: "none" };
/** Longer than the test: only a change in the database ends a cool-down. */
const SETTINGS = { ...ASKED, API4AI_COOLDOWN_MS: "300000" };
/** Four tries per photo, without waits in between. */
const DOWN: Behaviour = { kind: "status", status: 503, headers: { "retry-after": "0" } };
const ENOUGH = 30;

const photo = await fixture("small.jpg");
const codes = (body: Reply) => body.warnings.map(({ code }) => code);

async function send({ secretKey }: Stack, functionUrl: string): Promise<Reply> {
  const auth = { apikey: secretKey };
  return (await expectReply(sendBytes(functionUrl, auth, photo, "variants=grid"))).body;
}

/** Warms up the local database: the first call of each function may take longer than a photo waits for it. */
async function firstCalls({ url, secretKey }: Stack): Promise<void> {
  const client = createClient(url, secretKey, { auth: { persistSession: false } });
  const circuit = new PostgresCircuit(client, "first", { cooldownMs: 1, leaseMs: 1 });
  await circuit.check();
  await circuit.claim();
  await circuit.report({ kind: "failed" }, false);
}

onBothDenos(
  "the breaker pauses API4.ai after five failed uploads",
  SETTINGS,
  async (t, stack) => {
    const simulator = stack.simulator!;
    await firstCalls(stack);
    await t.step("the first five uploads call API4.ai, the sixth does not", async () => {
      simulator.behave(DOWN);
      for (let i = 0; i < 5; i++) {
        assert.deepEqual(codes(await send(stack, stack.functionUrl)), [
          "background_removal_failed",
        ]);
      }
      assert.equal(simulator.requests.length, 20);
      const body = await send(stack, stack.functionUrl);
      assert.deepEqual(codes(body), ["background_removal_paused"]);
      assert.match(
        body.warnings[0].message,
        /^The API4\.ai simulator has failed repeatedly and is paused for \d+ s\. The photo was processed with its background\.$/,
      );
      assert.ok(body.grid);
      assert.equal(simulator.requests.length, 20);
    });
    await t.step("another process sees the open breaker", async () => {
      const other = await startFunction({ env: stack.env });
      try {
        const body = await send(stack, `${other.url}/process-image`);
        assert.deepEqual(codes(body), ["background_removal_paused"]);
      } finally {
        await other.close();
      }
      assert.equal(simulator.requests.length, 20);
    });
    await t.step(
      "after the cool-down one upload tries API4.ai, and its success closes the breaker for all",
      async () => {
        simulator.reset();
        await stack.supabase.query("update public.circuit_breakers set open_until = now()");
        let body = await send(stack, stack.functionUrl);
        // A process does not query again what it has just seen.
        for (let i = 0; i < ENOUGH && !body.metadata.background.removed; i++) {
          assert.deepEqual(codes(body), ["background_removal_paused"]);
          body = await send(stack, stack.functionUrl);
        }
        assert.equal(body.metadata.background.removed, true);
        assert.equal((await send(stack, stack.functionUrl)).metadata.background.removed, true);
        assert.equal(simulator.requests.length, 2);
        const [row] = await stack.supabase.query(
          "select failures, open_until from circuit_breakers where name <> 'first'",
        );
        assert.deepEqual(row, { failures: 0, open_until: null });
      },
    );
    await t.step("the next upload honours a Retry-After", async () => {
      simulator.reset();
      simulator.behave({ kind: "status", status: 429, headers: { "retry-after": "60" } });
      const first = await send(stack, stack.functionUrl);
      assert.deepEqual(codes(first), ["background_removal_rate_limited"]);
      assert.deepEqual(codes(await send(stack, stack.functionUrl)), ["background_removal_paused"]);
      assert.equal(simulator.requests.length, 1);
    });
  },
);

onBothDenos(
  "without the database each process uses its own breaker",
  ASKED,
  async (t, stack) => {
    const simulator = stack.simulator!;
    const notShared = () =>
      stack.function.logs.filter((line) => line.includes("circuit_breaker_not_shared")).length;
    await t.step("a database that hangs stops no photo", async () => {
      stack.faults.next("POST", /^\/rest\/v1\/rpc\//, { kind: "hang" }, Infinity);
      const body = await send(stack, stack.functionUrl);
      assert.deepEqual(body.warnings, []);
      assert.equal(body.metadata.background.removed, true);
    });
    await t.step(
      "the database is queried once, not per photo, and one warning is logged",
      async () => {
        simulator.behave({ kind: "status", status: 429, headers: { "retry-after": "60" } });
        const first = await send(stack, stack.functionUrl);
        assert.deepEqual(codes(first), ["background_removal_rate_limited"]);
        assert.deepEqual(codes(await send(stack, stack.functionUrl)), [
          "background_removal_paused",
        ]);
        const asked = stack.faults.calls.filter((call) => call.includes("/circuit_breaker_"));
        assert.equal(asked.length, 1);
        assert.equal(notShared(), 1);
      },
    );
  },
);
