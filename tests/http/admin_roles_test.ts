// Proves that ADMIN_ROLES is the only source of roles: row-level security admits the same users as the function.
import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { startFunction } from "../../dev/function_process.ts";
import { startStack } from "../../dev/stack.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { batchEnd } from "../helpers/batches.ts";
import { until } from "../helpers/until.ts";

const photo = await fixture("small.jpg");
const stack = await startStack({ env: { ADMIN_ROLES: "admin,editor" } });
Deno.test.afterAll(() => stack.close());

const tokenOf = (role: unknown) => stack.signer.sign({ app_metadata: { role } });
const editorToken = await tokenOf("editor");
const as = (token: string): SupabaseClient =>
  createClient(stack.url, stack.publishableKey, { accessToken: () => Promise.resolve(token) });
const editor = as(editorToken);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const uploadAs = async (client: SupabaseClient, path: string) =>
  (await client.storage.from("car-originals").upload(path, photo, { contentType: "image/jpeg" }))
    .error;

async function rolesInDatabase(): Promise<string[]> {
  const [row] = await stack.supabase.query<{ admin_roles: string[] }>(
    "select admin_roles from public.process_image_settings",
  );
  return row.admin_roles;
}

/** Waits until a function has written its roles. */
async function rolesAre(roles: string[]): Promise<void> {
  await until(async () => `${await rolesInDatabase()}` === `${roles}`);
}

/** Everything that row-level security guards, as a caller sees it. */
async function seenBy(client: SupabaseClient) {
  const rows = async (table: string) => (await client.from(table).select("*")).data?.length ?? 0;
  const folders = (await client.storage.from("car-images").list()).data?.length ?? 0;
  return { folders, batches: await rows("batches"), items: await rows("batch_items") };
}

Deno.test("the first admitted caller writes the roles to the database", async () => {
  assert.deepEqual(await rolesInDatabase(), ["admin"]);
  assert.notEqual(await uploadAs(editor, "early.jpg"), null);
  const viewer = bearer(await tokenOf("viewer"));
  await expectError(sendBytes(stack.functionUrl, viewer, photo), "forbidden");
  await expectError(sendBytes(stack.functionUrl, {}, photo), "missing_credential");
  assert.deepEqual(await rolesInDatabase(), ["admin"], "a refused caller changes nothing");
  const query = "upload_to_storage=true&variants=grid";
  await expectReply(sendBytes(stack.functionUrl, bearer(editorToken), photo, query));
  await rolesAre(["admin", "editor"]);
});

Deno.test("a second role uploads originals, processes them, lists the gallery and reads batches", async () => {
  assert.equal(await uploadAs(editor, "editors.jpg"), null);
  const storage_path = { bucket: "car-originals", path: "editors.jpg" };
  const options = { variants: ["grid"] };
  const headers = bearer(editorToken);
  await expectReply(sendJson(stack.functionUrl, headers, { storage_path, options }));
  const created = await sendJson(`${stack.functionUrl}/batch`, headers, {
    items: [{ storage_path, options }],
  });
  assert.equal(created.status, 202);
  const { counts } = await batchEnd(stack, (await created.json()).batch_id);
  assert.equal(counts.succeeded, 1);
  const all = { folders: 1, batches: 1, items: 1 };
  assert.deepEqual(await seenBy(editor), all);
  assert.deepEqual(await seenBy(as(stack.adminToken)), all);
  assert.equal((await editor.rpc("process_image_is_admin")).data, true);
});

Deno.test("an unlisted role, or one that is not text, is refused everywhere", async () => {
  const others = ["viewer", "Editor", "", ["editor"], { editor: true }, null, undefined];
  for (const role of others) {
    const token = await tokenOf(role);
    const what = JSON.stringify(role);
    await expectError(sendBytes(stack.functionUrl, bearer(token), photo), "forbidden");
    assert.notEqual(await uploadAs(as(token), "other.jpg"), null, what);
    assert.deepEqual(await seenBy(as(token)), { folders: 0, batches: 0, items: 0 }, what);
    assert.equal((await as(token).rpc("process_image_is_admin")).data, false, what);
  }
  const claimed = await stack.signer.sign({ user_metadata: { role: "editor" } });
  await expectError(sendBytes(stack.functionUrl, bearer(claimed), photo), "forbidden");
  assert.equal(
    (await as(claimed).rpc("process_image_set_admin_roles", {
      roles: ["x"],
      started_at: new Date(),
    })).data,
    null,
  );
  assert.deepEqual(await rolesInDatabase(), ["admin", "editor"]);
});

Deno.test("a removed role loses its rights in the database, too", async () => {
  const later = await startFunction({ env: { ...stack.env, ADMIN_ROLES: "admin" } });
  try {
    const url = `${later.url}/process-image`;
    // A server's call suffices, such as that of the smoke test after a deployment.
    const deep = await fetch(`${url}/health?deep=1`, { headers: { apikey: stack.secretKey } });
    assert.equal(deep.status, 200, await deep.text());
    await rolesAre(["admin"]);
    assert.notEqual(await uploadAs(editor, "late.jpg"), null);
    assert.deepEqual(await seenBy(editor), { folders: 0, batches: 0, items: 0 });
    await expectError(sendBytes(url, bearer(editorToken), photo), "forbidden");
  } finally {
    await later.close();
  }
});

Deno.test("if the database refuses the roles, photos are processed all the same, and the next caller tries again", async () => {
  stack.faults.next("POST", /rpc\/process_image_set_admin_roles/, { kind: "status", status: 503 });
  const restarted = await startFunction({ env: stack.env });
  try {
    const url = `${restarted.url}/process-image`;
    const send = () => expectReply(sendBytes(url, bearer(editorToken), photo, "variants=grid"));
    await send();
    await until(() => restarted.logs.some((line) => line.includes('"admin_roles_not_written"')));
    assert.deepEqual(await rolesInDatabase(), ["admin"]);
    stack.faults.clear();
    await send();
    await rolesAre(["admin", "editor"]);
  } finally {
    stack.faults.clear();
    await restarted.close();
  }
});

Deno.test("an isolate with older settings does not restore its roles", async () => {
  const service = createClient(stack.url, stack.secretKey);
  const write = async (roles: string[], startedMs: number) => {
    const parameters = { roles, started_at: new Date(startedMs).toISOString() };
    const { data, error } = await service.rpc("process_image_set_admin_roles", parameters);
    assert.equal(error, null);
    return data;
  };
  const nowMs = Date.now();
  const aheadMs = nowMs + 86_400_000; // of a clock that is a day ahead
  assert.equal(await write(["owner"], nowMs), true);
  assert.equal(await write(["admin"], nowMs - 1_000), false);
  assert.deepEqual(await rolesInDatabase(), ["owner"]);
  assert.equal(await write(["owner"], aheadMs), false);
  assert.equal(await write(["admin"], nowMs + 3_600_000), true);
  assert.deepEqual(await rolesInDatabase(), ["admin"]);
});
