// Proves who may use the bucket of backgrounds: admins list, read and write it, nobody else does.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import { createSigner } from "../../../dev/tokens.ts";
import { fixture } from "../../helpers/call.ts";

const signer = await createSigner();
const supabase = await startLocalSupabase({ jwks: signer.jwks });
Deno.test.afterAll(() => supabase.close());

const BUCKET = "car-backgrounds";
const picture = await fixture("tiny.png");
const png = { contentType: "image/png" };
const bucketOf = (token: string) =>
  createClient(supabase.url, supabase.publishableKey, {
    accessToken: () => Promise.resolve(token),
  }).storage.from(BUCKET);

Deno.test("only admins list, read and write the bucket of backgrounds", async () => {
  const admin = bucketOf(await signer.adminToken());
  const user = bucketOf(await signer.sign());
  assert.equal((await admin.upload("wall.png", picture, png)).error, null);
  assert.equal((await admin.upload("wall.png", picture, { ...png, upsert: true })).error, null);
  assert.deepEqual((await admin.list()).data!.map(({ name }) => name), ["wall.png"]);
  assert.equal((await (await admin.download("wall.png")).data!.bytes()).length, picture.length);

  assert.notEqual((await user.upload("other.png", picture, png)).error, null);
  assert.notEqual((await user.upload("wall.png", picture, { ...png, upsert: true })).error, null);
  assert.deepEqual((await user.list()).data, []);
  assert.notEqual((await user.download("wall.png")).error, null);
  await user.remove(["wall.png"]);
  assert.equal((await admin.list()).data!.length, 1);

  const address = admin.getPublicUrl("wall.png").data.publicUrl;
  const anonymous = await fetch(address);
  await anonymous.body?.cancel();
  assert.notEqual(anonymous.status, 200);

  await admin.remove(["wall.png"]);
  assert.deepEqual((await admin.list()).data, []);
});

Deno.test("the bucket of backgrounds takes pictures only", async () => {
  const admin = bucketOf(await signer.adminToken());
  const text = new TextEncoder().encode("<svg/>");
  const { error } = await admin.upload("a.svg", text, { contentType: "image/svg+xml" });
  assert.notEqual(error, null);
});
