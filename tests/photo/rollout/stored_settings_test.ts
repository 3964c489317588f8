// Proves how the rollout's settings are stored in the database, and who can change them.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import { createSigner } from "../../../dev/tokens.ts";
import { readStoredSettings } from "../../../shared/photo/rollout/stored_settings.ts";
import { closedAddress } from "../../helpers/closed_address.ts";

const signer = await createSigner();
const supabase = await startLocalSupabase({ jwks: signer.jwks });
Deno.test.afterAll(() => supabase.close());

const TABLE = "rollout_settings";
const auth = { persistSession: false, autoRefreshToken: false };
const service = createClient(supabase.url, supabase.secretKey, { auth });
const set = (what: string) => supabase.query(`update public.${TABLE} set ${what}`);
const rows = () => supabase.query(`select * from public.${TABLE}`);
const NOTHING = { percent: null, useNewPipeline: null, shadowPercent: null };

Deno.test("a freshly migrated database leaves every setting to the environment", async () => {
  assert.deepEqual(await readStoredSettings(service), NOTHING);
});

Deno.test("stored settings are read", async () => {
  await set("percent = 10, use_new_pipeline = false, shadow_percent = 5");
  const stored = { percent: 10, useNewPipeline: false, shadowPercent: 5 };
  assert.deepEqual(await readStoredSettings(service), stored);
  await set("percent = null, use_new_pipeline = null, shadow_percent = null");
  assert.deepEqual(await readStoredSettings(service), NOTHING);
});

Deno.test("the table has one row, and its percentages are valid", async () => {
  await assert.rejects(supabase.query(`insert into public.${TABLE} (id) values (true)`));
  await assert.rejects(supabase.query(`insert into public.${TABLE} (id) values (false)`));
  await assert.rejects(set("percent = 101"));
  await assert.rejects(set("shadow_percent = -1"));
  assert.equal((await rows()).length, 1);
});

Deno.test("without its row every setting is the environment's", async () => {
  await supabase.query(`delete from public.${TABLE}`);
  assert.equal(await readStoredSettings(service), null);
  await supabase.query(`insert into public.${TABLE} (id) values (true)`);
});

Deno.test("only the service reads or writes the settings, not even an admin", async () => {
  const before = await rows();
  const tokens = [undefined, await signer.sign(), await signer.adminToken()];
  for (const token of tokens) {
    const client = createClient(supabase.url, supabase.publishableKey, {
      ...(token ? { accessToken: () => Promise.resolve(token) } : { auth }),
    });
    const table = client.from(TABLE);
    assert.deepEqual((await table.select()).data ?? [], []);
    assert.notEqual((await table.insert({ id: true })).error, null);
    await table.update({ percent: 50 }).eq("id", true);
    await table.delete().eq("id", true);
  }
  assert.deepEqual(await rows(), before);
  const [table] = await supabase.query<{ relrowsecurity: boolean; policies: number }>(
    `select relrowsecurity, (select count(*)::int from pg_policies where tablename = relname) as policies
       from pg_class where oid = 'public.${TABLE}'::regclass`,
  );
  assert.deepEqual(table, { relrowsecurity: true, policies: 0 });
});

Deno.test("a missing database, or an answer without the row, is an error", async () => {
  const client = createClient(closedAddress(), "sb_secret_x", { auth });
  await assert.rejects(readStoredSettings(client), /rollout_settings/);
  await using strange = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.json([{ percent: "all", use_new_pipeline: null, shadow_percent: null }]),
  );
  const odd = createClient(`http://127.0.0.1:${strange.addr.port}`, "sb_secret_x", { auth });
  await assert.rejects(readStoredSettings(odd));
});
