// Proves which objects of Storage the database reports as unreadable for a user: objects that row-level security
// hides, and missing ones.
import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import { createSigner } from "../../../dev/tokens.ts";

const signer = await createSigner();
const supabase = await startLocalSupabase({ jwks: signer.jwks });
Deno.test.afterAll(() => supabase.close());

const service = createClient(supabase.url, supabase.secretKey);
const as = (token: string): SupabaseClient =>
  createClient(supabase.url, supabase.publishableKey, {
    accessToken: () => Promise.resolve(token),
  });
const admin = as(await signer.adminToken());
const dealer = as(await signer.sign({ app_metadata: { role: "dealer" } }));

interface Ref {
  bucket?: unknown;
  path?: unknown;
}
const ref = (path: string, bucket = "car-originals"): Ref => ({ bucket, path });
const ask = (client: SupabaseClient, objects: unknown) =>
  client.rpc("process_image_unreadable", { objects });
async function unreadable(client: SupabaseClient, refs: Ref[]): Promise<number[]> {
  const { data, error } = await ask(client, refs);
  assert.equal(error, null);
  return data;
}

const ODD = ["a_b.jpg", "100%.jpg", "it's.jpg", "a b/c.jpg"];
await service.storage.createBucket("secret", { public: false });
await service.storage.createBucket("shown", { public: true });
for (
  const { bucket, path } of [
    ...["dealer/own.jpg", ...ODD].map((path) => ({ bucket: "car-originals", path })),
    { bucket: "secret", path: "a.jpg" },
    { bucket: "shown", path: "a.jpg" },
  ]
) {
  await supabase.query("insert into storage.objects (bucket_id, name) values ($1, $2)", [
    bucket,
    path,
  ]);
}

Deno.test("an admin may read originals and public objects only", async () => {
  const refs = [ref("dealer/own.jpg"), ref("a.jpg", "secret"), ref("a.jpg", "shown")];
  assert.deepEqual(await unreadable(admin, refs), [1]);
  assert.deepEqual(await unreadable(service, refs), []);
  assert.deepEqual(await unreadable(dealer, refs), [0, 1]);
});

Deno.test("a missing object is unreadable for all users, also in a public bucket", async () => {
  const refs = [ref("no.jpg"), ref("no.jpg", "shown"), ref("a.jpg", "no-bucket")];
  for (const client of [admin, service, dealer]) {
    assert.deepEqual(await unreadable(client, refs), [0, 1, 2]);
  }
});

Deno.test("names are compared exactly", async () => {
  assert.deepEqual(await unreadable(admin, ODD.map((path) => ref(path))), []);
  const others = ["aXb.jpg", "100.jpg", "its.jpg", "a b/C.jpg", "/a_b.jpg", "a_b.jpg/", ""];
  const all = others.map((_, index) => index);
  assert.deepEqual(await unreadable(admin, others.map((path) => ref(path))), all);
});

Deno.test("the project's own policies count", async () => {
  await supabase.query(
    `create policy "Dealers read their folder" on storage.objects for select to authenticated
       using (bucket_id = 'car-originals' and name like 'dealer/%' and auth.jwt() -> 'app_metadata' ->> 'role' = 'dealer')`,
  );
  try {
    assert.deepEqual(await unreadable(dealer, [ref("dealer/own.jpg"), ref("a_b.jpg")]), [1]);
  } finally {
    await supabase.query(`drop policy "Dealers read their folder" on storage.objects`);
  }
});

Deno.test("an invalid reference is unreadable, and more than 500 references are refused", async () => {
  const odd = [{}, { bucket: null, path: null }, { bucket: ["car-originals"], path: 1 }];
  assert.deepEqual(await unreadable(admin, odd), [0, 1, 2]);
  assert.deepEqual(await unreadable(admin, Array(500).fill(ref("a_b.jpg"))), []);
  for (const wrong of [Array(501).fill(ref("a_b.jpg")), {}, 5, null]) {
    const { error } = await ask(admin, wrong);
    assert.equal(error?.code, "22023", JSON.stringify(wrong)?.slice(0, 40));
  }
});

Deno.test("only a user's token may call the function", async () => {
  const nobody = createClient(supabase.url, supabase.publishableKey);
  assert.equal((await ask(nobody, [])).error?.code, "42501");
});
