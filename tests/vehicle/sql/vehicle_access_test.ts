// Proves who can read and write vehicles' photos in the database.
import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import { createSigner } from "../../../dev/tokens.ts";
import { hashOf, vehicleCalls } from "./vehicle_calls.ts";

const signer = await createSigner();
const supabase = await startLocalSupabase({ jwks: signer.jwks });
const vehicles = vehicleCalls(supabase);
Deno.test.afterAll(() => supabase.close());

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

Deno.test("only admins and the service can read vehicles' photos", async () => {
  await vehicles.add("car", "a");
  const read = async (client: SupabaseClient) =>
    (await client.from("process_image_vehicle_photos").select("photo_hash")).data ?? [];
  assert.deepEqual(await read(admin), [{ photo_hash: hashOf("a") }]);
  assert.deepEqual(await read(service), [{ photo_hash: hashOf("a") }]);
  for (const [who, client] of Object.entries(outsiders)) {
    assert.deepEqual(await read(client), [], who);
  }
});

Deno.test("the roles' one source decides: another role reads once it is an admin's", async () => {
  await vehicles.add("car", "a");
  const editor = as(await signer.sign({ app_metadata: { role: "editor" } }));
  const count = async (client: SupabaseClient) =>
    (await client.from("process_image_vehicle_photos").select("photo_hash")).data?.length ?? 0;
  assert.equal(await count(editor), 0);
  const set = (roles: string[]) =>
    supabase.query("update public.process_image_settings set admin_roles = $1", [roles]);
  await set(["editor"]);
  assert.deepEqual([await count(editor), await count(admin)], [1, 0]);
  await set(["admin"]);
  assert.deepEqual([await count(editor), await count(admin)], [0, 1]);
});

Deno.test("only the service can change a set, not even an admin", async () => {
  await vehicles.add("car", "a");
  const before = await supabase.query("select * from public.process_image_vehicle_photos");
  for (const [who, client] of Object.entries({ ...outsiders, "an admin": admin })) {
    const table = client.from("process_image_vehicle_photos");
    const row = { vehicle_id: "car", photo_hash: hashOf("b"), position: 1, photo: {} };
    for (
      const { data } of [
        await table.insert(row).select(),
        await table.update({ position: 9 }).eq("vehicle_id", "car").select(),
        await table.delete().eq("vehicle_id", "car").select(),
      ]
    ) assert.deepEqual(data ?? [], [], who);
    for (
      const { error } of [
        await client.rpc("process_image_vehicle_add", {
          vehicle: "car",
          hash: hashOf("b"),
          place: 0,
          entry: {},
        }),
        await client.rpc("process_image_vehicle_arrange", {
          ...{ vehicle: "car", hashes: [hashOf("a")], cover: null, keep_cover: false },
        }),
        await client.rpc("process_image_vehicle_show", { vehicle: "car" }),
        await client.rpc("process_image_vehicle_forget", { vehicle: "car" }),
      ]
    ) assert.equal(error?.code, "42501", who);
  }
  assert.deepEqual(
    await supabase.query("select * from public.process_image_vehicle_photos"),
    before,
  );
});

Deno.test("the service calls every function through the Data API", async () => {
  await supabase.query("delete from public.process_image_vehicle_photos");
  const rpc = async (name: string, parameters: Record<string, unknown>) => {
    const { data, error } = await service.rpc(name, parameters);
    assert.equal(error, null, name);
    return data;
  };
  const entry = { filename: "a.jpg" };
  const added = { vehicle: "car", hash: hashOf("a"), place: null, entry };
  assert.equal(await rpc("process_image_vehicle_add", added), 0);
  const photo = { photo_hash: hashOf("a"), position: 0, photo: entry };
  assert.deepEqual(await rpc("process_image_vehicle_show", { vehicle: "car" }), [{
    ...photo,
    is_cover: false,
  }]);
  const order = {
    ...{ vehicle: "car", hashes: [hashOf("a")], cover: hashOf("a"), keep_cover: false },
  };
  assert.deepEqual(await rpc("process_image_vehicle_arrange", order), {
    ...{ unknown: [], missing: [], photos: [{ ...photo, is_cover: true }] },
  });
  assert.equal(await rpc("process_image_vehicle_forget", { vehicle: "car" }), 1);
  assert.equal(await rpc("process_image_vehicle_forget", { vehicle: "car" }), 0);
});
