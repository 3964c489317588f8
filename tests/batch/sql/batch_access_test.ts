// Proves who can read and write batches in the database, and that the automatic enqueuing of uploads is optional.
import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import { createSigner } from "../../../dev/tokens.ts";
import { batchCalls } from "./batch_calls.ts";

const signer = await createSigner();
const supabase = await startLocalSupabase({ jwks: signer.jwks });
const batches = batchCalls(supabase);
const enqueueUploads = (enabled: boolean) =>
  supabase.query("select public.process_image_enqueue_uploads($1)", [enabled]);
Deno.test.afterAll(() => supabase.close());
Deno.test.beforeEach(() => batches.forget());

const auth = { persistSession: false, autoRefreshToken: false };
const service = createClient(supabase.url, supabase.secretKey, { auth });
const as = (token?: string): SupabaseClient =>
  createClient(supabase.url, supabase.publishableKey, {
    ...(token ? { accessToken: () => Promise.resolve(token) } : { auth }),
  });
const admin = as(await signer.adminToken());
const outsiders: Record<string, SupabaseClient> = {
  nobody: as(),
  "a user": as(await signer.sign()),
  "a user who claims a role": as(await signer.sign({ user_metadata: { role: "admin" } })),
};

Deno.test("only admins can read batches and their items", async () => {
  const { batch_id } = await batches.create({ items: 2 });
  const read = async (client: SupabaseClient) => ({
    batches: (await client.from("batches").select("id")).data ?? [],
    items: (await client.from("batch_items").select("position").order("position")).data ?? [],
  });
  const all = { batches: [{ id: batch_id }], items: [{ position: 0 }, { position: 1 }] };
  assert.deepEqual(await read(admin), all);
  assert.deepEqual(await read(service), all);
  for (const [who, client] of Object.entries(outsiders)) {
    assert.deepEqual(await read(client), { batches: [], items: [] }, who);
  }
});

Deno.test("only the service can write batches and items, not even an admin", async () => {
  const { batch_id } = await batches.create();
  const before = await batches.status(batch_id);
  for (const [who, client] of Object.entries({ ...outsiders, "an admin": admin })) {
    const table = client.from("batches");
    const changed = [
      await table.insert({ request_hash: who }).select(),
      await table.update({ cancelled_at: null, changes: 9 }).eq("id", batch_id).select(),
      await table.delete().eq("id", batch_id).select(),
      await client.from("batch_items").update({ tries: 9 }).eq("batch_id", batch_id).select(),
      await client.from("batch_items").delete().eq("batch_id", batch_id).select(),
    ];
    for (const { data } of changed) assert.deepEqual(data ?? [], [], who);
    for (
      const { error } of [
        await client.rpc("batch_create", { items: [{ bucket: "b", path: "p" }] }),
        await client.rpc("batch_take", { visibility_seconds: 600, most: 9 }),
        await client.rpc("batch_cancel", { batch: batch_id }),
        await client.rpc("batch_status", { batch: batch_id }),
      ]
    ) assert.equal(error?.code, "42501", who);
  }
  assert.deepEqual(await batches.status(batch_id), before);
  assert.equal((await supabase.query("select from public.batches")).length, 1);
});

Deno.test("row-level security denies outsiders exposed queues", async () => {
  const tables = await supabase.query<{ relname: string; relrowsecurity: boolean }>(
    `select relname, relrowsecurity from pg_class
       where relnamespace = 'pgmq'::regnamespace and relname ~ '^[qa]_' and relkind = 'r' order by 1`,
  );
  assert.deepEqual(tables.map(({ relname }) => relname), [
    "a_process_image",
    "a_process_image_dead",
    "q_process_image",
    "q_process_image_dead",
  ]);
  assert.ok(tables.every(({ relrowsecurity }) => relrowsecurity));
  assert.deepEqual(await supabase.query("select from pg_policies where schemaname = 'pgmq'"), []);
});

Deno.test("the service calls every function through the Data API", async () => {
  const rpc = async <T>(name: string, parameters: Record<string, unknown>): Promise<T> => {
    const { data, error } = await service.rpc(name, parameters);
    assert.equal(error, null, name);
    return data;
  };
  const { batch_id } = await rpc<{ batch_id: string }>("batch_create", {
    items: [{ bucket: "car-originals", path: "a.jpg", settings: { filename: "a.jpg" } }],
    idempotency_key: "server:1",
    request_hash: "x",
  });
  const [{ msg_id, attempt }] = await rpc<{ msg_id: number; attempt: number }[]>("batch_take", {
    visibility_seconds: 600,
    most: 3,
  });
  const holder = { msg_id, batch_id, item_position: 0, attempt };
  assert.equal(await rpc("batch_extend", { ...holder, visibility_seconds: 60 }), true);
  const error = { code: "invalid_image", message: "No photo" };
  assert.deepEqual(await rpc("batch_fail", { ...holder, error, retryable: false }), {
    applied: true,
    batch_finished: true,
    webhook_due: false,
  });
  const requeued = await rpc("batch_requeue", { batch: batch_id, positions: [0] });
  assert.deepEqual(requeued, { requeued: 1, cancelled: false });
  assert.equal((await rpc<{ visible: number }>("batch_waiting", {})).visible, 1);
  assert.equal((await rpc<{ changes: number }>("batch_status", { batch: batch_id })).changes, 3);
});

Deno.test("an upload is enqueued only if that is switched on", async () => {
  const upload = async (bucket: string, path: string, client = admin) => {
    const { error } = await client.storage.from(bucket).upload(path, new Uint8Array([1]), {
      contentType: "image/jpeg",
    });
    assert.equal(error, null);
  };
  await upload("car-originals", "off.jpg");
  await enqueueUploads(true);
  await enqueueUploads(true);
  await upload("car-originals", "on/by admin.jpg");
  await upload("car-originals", "on/by service.jpg", service);
  await upload("car-images", "other bucket.jpg", service);
  const taken = await batches.take(9);
  assert.deepEqual(taken.map(({ bucket, path, settings }) => [bucket, path, settings]), [
    ["car-originals", "on/by admin.jpg", {}],
    ["car-originals", "on/by service.jpg", {}],
  ]);
  await enqueueUploads(false);
  await upload("car-originals", "off again.jpg");
  assert.deepEqual(await batches.take(9), []);
});

Deno.test("an upload succeeds even if it cannot be enqueued", async () => {
  await enqueueUploads(true);
  await supabase.query("alter table public.batches rename to elsewhere");
  try {
    const { error } = await service.storage.from("car-originals")
      .upload("unlucky.jpg", new Uint8Array([1]), { contentType: "image/jpeg" });
    assert.equal(error, null);
  } finally {
    await supabase.query("alter table public.elsewhere rename to batches");
    await enqueueUploads(false);
  }
});
