/**
 * Proves that a reply of API4.ai, the legacy service or a webhook's receiver costs no more than its size justifies,
 * and that the photo is processed all the same: on both versions of Deno, over HTTP.
 *
 * @module
 */
import assert from "node:assert/strict";
import { callWebhooks } from "../../shared/batch/webhook/webhook_caller.ts";
import { ALONE } from "../fuzz/in_process.ts";
import { fixture, sendBytes } from "../helpers/call.ts";
import { flood } from "../helpers/hostile_requests.ts";
import { type CostMeter, startCostMeter } from "../helpers/request_cost.ts";
import { denosOfForm } from "../helpers/test_form.ts";

const MB = 1_000_000;

/** Bound on a reply's CPU beyond that of an empty one, in milliseconds: per reply, and per megabyte. */
const MAX_CPU = { eachMs: 25, perMegabyteMs: 20 };

/**
 * Other processes make a reply cost more now and then, but never less: the cheapest of these measurements counts.
 * The order alternates, because the garbage of large photos is often collected in every second request.
 */
const TRIES = 24;

interface HostileReply {
  name: string;
  /** Its start, a text that is repeated, and its end. */
  parts: [before: string, unit: string, after: string];
  bytes: number;
}

const API4AI: HostileReply[] = [
  { name: "1,000,000 results", parts: ['{"results":[0', ",0", "]}"], bytes: 2 * MB },
  { name: "10,000,000 objects", parts: ['{"results":[{}', ",{}", "]}"], bytes: 30 * MB },
  { name: "lists in lists", parts: ['{"results":', "[", ""], bytes: 30 * MB },
  {
    name: "entities of numbers",
    parts: ['{"results":[{"entities":[0', ",0", "]}]}"],
    bytes: 9_000,
  },
  { name: "30 MB in another field", parts: ['{"results":"', "A", '"}'], bytes: 30 * MB },
  {
    name: "an image of 30 MB",
    parts: ['{"results":[{"output_image":"', "A", '"}]}'],
    bytes: 30 * MB,
  },
  {
    name: "an image of 30 MB of white space",
    parts: ['{"results":[{"output_image":"', " ", '"}]}'],
    bytes: 30 * MB,
  },
  {
    name: "3,000 images",
    parts: ['{"results":[{"a":[{}', ',{"image":"A"}', "]}]}"],
    bytes: 45_000,
  },
];

const LEGACY: HostileReply[] = [
  { name: "1,000,000 numbers", parts: ['{"success":true,"a":[0', ",0", "]}"], bytes: 2 * MB },
  { name: "20,000,000 objects", parts: ['{"success":true,"a":[{}', ",{}", "]}"], bytes: 60 * MB },
  {
    name: "60 MB without a success",
    parts: ['{"success":false,"grid":"', "A", '"}'],
    bytes: 60 * MB,
  },
  { name: "lists in lists", parts: ['{"success":true,"a":', "[", ""], bytes: 30 * MB },
  {
    name: "60 MB in an unknown field",
    parts: ['{"success":true,"a":"', "A", '"}'],
    bytes: 60 * MB,
  },
];

/** Answers every request with the current reply. */
function startReplies() {
  let reply: Uint8Array<ArrayBuffer> = new Uint8Array();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    await request.body?.cancel();
    return new Response(reply, { headers: { "content-type": "application/json" } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/results`,
    set: ({ parts: [before, unit, after], bytes }: HostileReply) => {
      const [head, tail] = [before, after].map((text) => new TextEncoder().encode(text));
      const body = flood(unit, bytes);
      reply = new Uint8Array(head.length + body.length + tail.length);
      reply.set(head);
      reply.set(body, head.length);
      reply.set(tail, head.length + body.length);
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const EMPTY: HostileReply = { name: "nothing", parts: ["{", "", "}"], bytes: 0 };

async function costs(
  t: Deno.TestContext,
  meter: CostMeter,
  replies: ReturnType<typeof startReplies>,
  hostile: HostileReply[],
  expected: RegExp,
): Promise<void> {
  const photo = await fixture("small.jpg");
  const auth = { apikey: ALONE.SUPABASE_SECRET_KEY };
  const measure = async (reply: HostileReply) => {
    replies.set(reply);
    const { status, text, cpuMs } = await meter.measure(() =>
      sendBytes(meter.url, auth, photo, "variants=grid&padding=0")
    );
    assert.equal(status, 200, text.slice(0, 300));
    assert.match(text, expected);
    return cpuMs;
  };
  for (let i = 0; i < 3; i++) await measure(EMPTY); // the first run includes compilation
  for (const reply of hostile) {
    await t.step(`${reply.name}: the photo is processed`, async () => {
      const maxMs = MAX_CPU.eachMs + MAX_CPU.perMegabyteMs * reply.bytes / MB;
      const told: string[] = [];
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const ownMs = attempt % 2
          ? -await measure(EMPTY) + await measure(reply)
          : await measure(reply) - await measure(EMPTY);
        if (ownMs < maxMs) return;
        told.push(`${ownMs} of ${maxMs} ms`);
      }
      assert.fail(told.join(", "));
    });
  }
}

for (const deno of denosOfForm()) {
  Deno.test({
    name: `a reply of API4.ai costs no more than its size justifies (Deno ${deno})`,
    ignore: Deno.build.os !== "linux", // the CPU of a thread is read from /proc
    async fn(t) {
      await using replies = startReplies();
      const env = { ...ALONE, API4AI_URL: replies.url, API4AI_KEY: "k", CUTOUT_BUCKET: "none" };
      await using meter = await startCostMeter(deno, env);
      await costs(t, meter, replies, API4AI, /background_removal_invalid_reply/);
    },
  });

  Deno.test({
    name: `a reply of the legacy service costs no more than its size justifies (Deno ${deno})`,
    ignore: Deno.build.os !== "linux",
    async fn(t) {
      await using replies = startReplies();
      const env = { ...ALONE, LEGACY_PROCESSOR_URL: replies.url, ROLLOUT_PERCENT: "0" };
      await using meter = await startCostMeter(deno, env);
      await costs(t, meter, replies, LEGACY, /"served_by":"new"/);
    },
  });
}

Deno.test("a webhook receiver's body is not read", async () => {
  let sent = 0;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    const body = new ReadableStream({
      pull: (controller) => {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    return new Response(body);
  });
  const counts = { queued: 0, processing: 0, succeeded: 1, failed: 0, cancelled: 0, total: 1 };
  const due = {
    ...{ batchId: "b", url: `http://127.0.0.1:${server.addr.port}/`, delivery: 1, tries: 1 },
    ...{ state: "finished" as const, counts, createdAt: "", finishedAt: "" },
  };
  const dues = [due];
  const reports: (string | null)[] = [];
  await callWebhooks({
    store: {
      takeWebhook: () => Promise.resolve(dues.pop() ?? null),
      reportWebhook: (_, fault) => Promise.resolve(void reports.push(fault)),
    },
    secret: "a-secret-of-the-receiver",
    allowPrivate: true,
  });
  assert.deepEqual(reports, [null]);
  assert.ok(sent < 16 * MB, `${sent} bytes were sent`);
});
