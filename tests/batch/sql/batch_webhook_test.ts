// Proves when webhooks are due and how often they are tried, and when the database calls a worker.
import assert from "node:assert/strict";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import { batchCalls } from "./batch_calls.ts";

const supabase = await startLocalSupabase();
const batches = batchCalls(supabase);
Deno.test.afterAll(() => supabase.close());
Deno.test.beforeEach(() => batches.forget());

const HOOK = "https://portal.example/hook";
const waitNoMore = () => supabase.query("update public.batches set webhook_next_at = now()");

async function endBatch(): Promise<string> {
  const { batch_id } = await batches.create({ webhook: HOOK });
  const [taken] = await batches.take();
  assert.equal((await batches.finish(taken)).webhook_due, true);
  return batch_id;
}

Deno.test("a webhook is due at the end of its batch, and is taken once", async () => {
  const { batch_id } = await batches.create({ webhook: HOOK, items: 2 });
  assert.equal(await batches.webhookTake(), null);
  const [first, second] = await batches.take(2);
  assert.equal((await batches.finish(first)).webhook_due, false);
  assert.equal((await batches.waiting()).webhook_due, false);
  assert.equal((await batches.fail(second, false)).webhook_due, true);
  assert.equal((await batches.waiting()).webhook_due, true);

  const webhook = (await batches.webhookTake())!;
  assert.deepEqual(
    [webhook.batch_id, webhook.url, webhook.state, webhook.tries],
    [batch_id, HOOK, "finished", 1],
  );
  assert.deepEqual([webhook.counts.succeeded, webhook.counts.failed], [1, 1]);
  assert.equal(await batches.webhookTake(), null);
  const { webhook_due, next_webhook_seconds } = await batches.waiting();
  assert.deepEqual([webhook_due, next_webhook_seconds! > 50], [false, true]);

  assert.deepEqual(await batches.webhookReport(webhook, true), { applied: true, state: "sent" });
  assert.deepEqual(await batches.webhookReport(webhook, false), { applied: false, state: "sent" });
  await waitNoMore();
  assert.equal(await batches.webhookTake(), null);
  const { batch } = await batches.status(batch_id);
  assert.deepEqual(batch.webhook, { state: "sent", tries: 1, error: null });
});

Deno.test("a cancelled batch calls its webhook, too", async () => {
  const { batch_id } = await batches.create({ webhook: HOOK, items: 2 });
  const cancelled = await batches.cancel(batch_id);
  assert.deepEqual(cancelled, { cancelled: 2, batch_finished: true, webhook_due: true });
  assert.equal((await batches.webhookTake())?.state, "cancelled");
});

Deno.test("a failing webhook is tried five times with growing waits", async () => {
  const batch = await endBatch();
  const waits: number[] = [];
  for (let time = 1; time <= 5; time++) {
    const webhook = (await batches.webhookTake())!;
    assert.equal(webhook.tries, time);
    const { state } = await batches.webhookReport(webhook, false, "HTTP 500");
    assert.equal(state, time < 5 ? "pending" : "failed");
    waits.push((await batches.waiting()).next_webhook_seconds ?? 0);
    await waitNoMore();
  }
  assert.ok(waits.every((wait, index) => index === 4 || wait > [25, 115, 475, 1900][index]));
  assert.equal(await batches.webhookTake(), null);
  const { webhook } = (await batches.status(batch)).batch;
  assert.deepEqual(webhook, { state: "failed", tries: 5, error: "HTTP 500" });
});

Deno.test("a webhook whose worker died is retried, up to five times", async () => {
  const batch = await endBatch();
  const deliveries: number[] = [];
  for (let time = 0; time < 5; time++) {
    deliveries.push((await batches.webhookTake())!.delivery);
    await waitNoMore();
  }
  assert.equal(await batches.webhookTake(), null);
  assert.equal(new Set(deliveries).size, 5);
  const { webhook } = (await batches.status(batch)).batch;
  assert.deepEqual([webhook?.state, webhook?.tries], ["failed", 5]);
});

Deno.test("a requeued batch calls its webhook again; late reports do not count", async () => {
  const { batch_id } = await batches.create({ webhook: HOOK });
  await batches.fail((await batches.take())[0], false);
  const early = (await batches.webhookTake())!;
  await batches.requeue(batch_id);
  assert.equal((await batches.webhookReport(early, true)).applied, false);
  assert.equal(await batches.webhookTake(), null);
  await batches.finish((await batches.take())[0]);
  const again = (await batches.webhookTake())!;
  assert.deepEqual([again.tries, again.counts.succeeded], [1, 1]);
  assert.equal((await batches.webhookReport(early, true)).applied, false);
  assert.equal((await batches.webhookReport(again, true)).applied, true);
});

Deno.test("no worker is called without work, or if the database cannot make calls", async () => {
  const call = () => batches.call<boolean>("process_image_call_worker");
  assert.equal(await call(), false);
  await batches.create();
  assert.equal(await call(), false, "there is no pg_net");
});

Deno.test("workers are called while work exists, up to a maximum number", async () => {
  // Extensions of hosted Supabase; these record their calls.
  for (
    const sql of [
      "create schema net",
      "create schema vault",
      "create table net.calls (url text, headers jsonb, body jsonb)",
      `create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}',
         headers jsonb default '{}', timeout_milliseconds integer default 5000) returns bigint
         language sql as 'insert into net.calls values (url, headers, body) returning 1::bigint'`,
      "create table vault.decrypted_secrets (name text, decrypted_secret text)",
    ]
  ) await supabase.query(sql);
  const call = (most = 8) => batches.call<boolean>("process_image_call_worker", most);

  await batches.create({ items: 3, webhook: HOOK });
  assert.equal(await call(), false, "the secrets are missing");
  await supabase.query(
    `insert into vault.decrypted_secrets values
       ('process_image_url', 'https://ref.supabase.co/functions/v1/process-image/'),
       ('process_image_secret_key', 'sb_secret_1')`,
  );
  assert.equal(await call(), true);
  assert.deepEqual(await supabase.query("select * from net.calls"), [{
    url: "https://ref.supabase.co/functions/v1/process-image/work",
    headers: { apikey: "sb_secret_1", "content-type": "application/json" },
    body: {},
  }]);
  const taken = await batches.take(2);
  assert.deepEqual([await call(2), await call(3)], [false, true]);
  taken.push(...await batches.take());
  assert.equal(await call(), false, "nothing is left to take");
  for (const item of taken) await batches.finish(item);
  assert.equal(await call(), true, "the webhook is due");
  await batches.webhookTake();
  assert.equal(await call(), false);
});
