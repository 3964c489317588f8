import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import type { Behaviour } from "../../../dev/api4ai_simulator.ts";
import { startFunction } from "../../../dev/function_process.ts";
import type { Stack } from "../../../dev/stack.ts";
import { PostgresCircuit } from "../../../shared/background/circuit/postgres_circuit.ts";
import type { Reply } from "../../../shared/photo/reply_schema.ts";
import { expectReply, fixture, sendBytes } from "../../helpers/call.ts";
import { onBothDenos } from "../../helpers/on_both_denos.ts";

/** One photo is sent again and again: nothing is kept, so that API4.ai is asked each time. */
const ASKED = { CUTOUT_BUCKET: "none" };
/** Nobody waits that long: here only a change in the database ends a cool-down. */
const SETTINGS = { ...ASKED, API4AI_COOLDOWN_MS: "300000" };
/** API4.ai is asked four times for a photo, without a wait in between. */
const DOWN: Behaviour = { kind: "status", status: 503, headers: { "retry-after": "0" } };
const ENOUGH = 30;

const photo = await fixture("small.jpg");
const codes = (body: Reply) => body.warnings.map(({ code }) => code);

async function send({ secretKey }: Stack, functionUrl: string): Promise<Reply> {
  const auth = { apikey: secretKey };
  return (await expectReply(sendBytes(functionUrl, auth, photo, "variants=grid"))).body;
}

/** The local database takes its time for the first call of each function: longer, perhaps, than a photo waits for it. */
async function firstCalls({ url, secretKey }: Stack): Promise<void> {
  const client = createClient(url, secretKey, { auth: { persistSession: false } });
  const circuit = new PostgresCircuit(client, "first", { cooldownMs: 1, leaseMs: 1 });
  await circuit.look();
  await circuit.claim();
  await circuit.report({ kind: "failed" }, false);
}

onBothDenos(
  "an API4.ai that fails is left alone after five uploads",
  SETTINGS,
  async (t, stack) => {
    const simulator = stack.simulator!;
    await firstCalls(stack);
    await t.step("five uploads in a row ask it, the sixth does not ask", async () => {
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
        /^API4\.ai has failed repeatedly and is left alone for \d+ s\. The photo was processed with its background\.$/,
      );
      assert.ok(body.grid);
      assert.equal(simulator.requests.length, 20);
    });
    await t.step("another process knows of it", async () => {
      const other = await startFunction({ env: stack.env });
      try {
        const body = await send(stack, `${other.url}/process-image`);
        assert.deepEqual(codes(body), ["background_removal_paused"]);
      } finally {
        await other.close();
      }
      assert.equal(simulator.requests.length, 20);
    });
    await t.step("after the cool-down one upload tries it, and all use it again", async () => {
      simulator.reset();
      await stack.supabase.query("update public.circuit_breakers set open_until = now()");
      let body = await send(stack, stack.functionUrl);
      // What a process has seen a moment ago it does not ask for again.
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
    });
    await t.step("a Retry-After is kept to by the next upload", async () => {
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
  "without the database each process keeps to what it has seen itself",
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
    await t.step("it is asked once, not for each photo, and told of in one line", async () => {
      simulator.behave({ kind: "status", status: 429, headers: { "retry-after": "60" } });
      const first = await send(stack, stack.functionUrl);
      assert.deepEqual(codes(first), ["background_removal_rate_limited"]);
      assert.deepEqual(codes(await send(stack, stack.functionUrl)), ["background_removal_paused"]);
      const asked = stack.faults.calls.filter((call) => call.includes("/circuit_breaker_"));
      assert.equal(asked.length, 1);
      assert.equal(notShared(), 1);
    });
  },
);
