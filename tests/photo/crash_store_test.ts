/**
 * Proves that crashes are counted in Postgres one by one, that they expire after 30 days, and that only the service
 * can count or see them.
 */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { startLocalSupabase } from "../../dev/local_supabase.ts";
import { createSigner } from "../../dev/tokens.ts";
import { CrashStore } from "../../shared/photo/crash_store.ts";
import { closedAddress } from "../helpers/closed_address.ts";

const signer = await createSigner();
const supabase = await startLocalSupabase({ jwks: signer.jwks });
Deno.test.afterAll(() => supabase.close());

const auth = { persistSession: false, autoRefreshToken: false };
/** A long timeout for busy machines. */
const store = new CrashStore(createClient(supabase.url, supabase.secretKey, { auth }), 60_000);
const hash = (digit: string) => digit.repeat(64);
const pass = (days: number) =>
  supabase.query(
    "update public.photo_crashes set first_at = first_at - $1::interval, last_at = last_at - $1::interval",
    [`${days} days`],
  );

Deno.test("each crash of a photo counts once, also when several happen at the same time", async () => {
  const counts = await Promise.all(Array.from({ length: 5 }, () => store.record(hash("a"))));
  assert.deepEqual(counts.toSorted(), [1, 2, 3, 4, 5]);
  assert.equal(await store.record(hash("b")), 1);
});

Deno.test("a photo whose last crash is older than 30 days starts again at one, and other old entries are deleted", async () => {
  assert.equal(await store.record(hash("c")), 1);
  await pass(29);
  assert.equal(await store.record(hash("c")), 2);
  await pass(31);
  assert.equal(await store.record(hash("c")), 1);
  const rows = await supabase.query<{ photo_hash: string }>(
    "select photo_hash from public.photo_crashes",
  );
  assert.deepEqual(rows.map(({ photo_hash }) => photo_hash), [hash("c")]);
});

Deno.test("a value that is not a hash is not recorded, and a database that is down is an error", async () => {
  await assert.rejects(store.record("../x"), /photo_crash_record failed: .*violates check/);
  const client = createClient(closedAddress(), "key", { auth });
  await assert.rejects(new CrashStore(client).record(hash("d")), /photo_crash_record failed/);
});
