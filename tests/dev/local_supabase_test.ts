// Proves that the local Supabase behaves like the hosted one in Storage, Auth and migrations.
import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { startLocalSupabase } from "../../dev/local_supabase.ts";
import { createSigner } from "../../dev/tokens.ts";
import { blocksOf } from "../helpers/markdown.ts";

const signer = await createSigner();
const supabase = await startLocalSupabase({
  jwks: signer.jwks,
  route: (request) =>
    new URL(request.url).pathname === "/routed"
      ? Promise.resolve(new Response("routed"))
      : undefined,
});
Deno.test.afterAll(() => supabase.close());

const PHOTO = new Uint8Array([1, 2, 3]);
const auth = { persistSession: false, autoRefreshToken: false };
const server = createClient(supabase.url, supabase.secretKey, { auth });

function signedIn(token: string): SupabaseClient {
  return createClient(supabase.url, supabase.publishableKey, {
    accessToken: () => Promise.resolve(token),
  });
}

Deno.test("the local Supabase serves a server's uploads publicly", async () => {
  const bucket = server.storage.from("car-images");
  const contentType = "image/webp";
  const { error } = await bucket.upload("a/processed.webp", PHOTO, {
    contentType,
    cacheControl: "31536000",
  });
  assert.equal(error, null);
  const response = await fetch(bucket.getPublicUrl("a/processed.webp").data.publicUrl);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), contentType);
  assert.equal(response.headers.get("cache-control"), "max-age=31536000");
  assert.deepEqual(await response.bytes(), PHOTO);
  const [row] = await supabase.query<{ metadata: { cacheControl: string } }>(
    "select metadata from storage.objects where name = $1",
    ["a/processed.webp"],
  );
  assert.equal(row.metadata.cacheControl, "max-age=31536000");
});

Deno.test("the local Supabase refuses uploads as hosted Storage does", async () => {
  const upload = async (bucket: string, file: Uint8Array, contentType: string) => {
    const { error } = await server.storage.from(bucket).upload("b/x", file, { contentType });
    return error && "statusCode" in error ? error.statusCode : error;
  };
  assert.equal(await upload("car-images", PHOTO, "image/webp"), null);
  assert.equal(await upload("car-images", PHOTO, "image/webp"), "409");
  assert.equal(await upload("no-such-bucket", PHOTO, "image/webp"), "404");
  assert.equal(await upload("car-images", PHOTO, "image/svg+xml"), "415");
  assert.equal(await upload("car-images", new Uint8Array(20_971_521), "image/png"), "413");
});

Deno.test("the local Supabase lists a folder as hosted Storage does", async () => {
  const bucket = server.storage.from("car-images");
  const contentType = "image/webp";
  for (const path of ["list/a/1.webp", "list/a/2.webp", "list/b/1.webp", "list/c.webp"]) {
    await bucket.upload(path, PHOTO, { contentType });
  }
  const names = async (...parameters: Parameters<typeof bucket.list>) =>
    (await bucket.list(...parameters)).data!.map(({ name, id }) => id === null ? `${name}/` : name);
  assert.deepEqual(await names("list"), ["a/", "b/", "c.webp"]);
  assert.deepEqual(await names("list/a"), ["1.webp", "2.webp"]);
  assert.deepEqual(await names("lis"), []);
  assert.deepEqual(await names("list", { limit: 1, offset: 1 }), ["b/"]);
  assert.deepEqual(await names("list", { search: "c" }), ["c.webp"]);
  const sortBy = { column: "name", order: "desc" };
  assert.deepEqual(await names("list", { sortBy }), ["c.webp", "b/", "a/"]);
  const { data } = await signedIn(await signer.sign()).storage.from("car-images").list("list");
  assert.deepEqual(data, [], "only admins list");
});

Deno.test("the migration lets only admins use the buckets directly", async () => {
  const path = "someone/photo.jpg";
  const upload = async (token: string) => {
    const bucket = signedIn(token).storage.from("car-originals");
    const { error } = await bucket.upload(path, PHOTO, { contentType: "image/jpeg", upsert: true });
    return error;
  };
  const download = async (token: string) => {
    const { data } = await signedIn(token).storage.from("car-originals").download(path);
    return data && await data.bytes();
  };
  const admin = await signer.adminToken();
  const outsiders = [
    await signer.sign(),
    await signer.sign({ user_metadata: { role: "admin" } }),
    await signer.adminToken({ expiresInSeconds: -1 }),
    await (await createSigner()).adminToken(),
  ];
  assert.equal(await upload(admin), null);
  assert.equal(await upload(admin), null, "replacing is allowed too");
  assert.deepEqual(await download(admin), PHOTO);
  for (const outsider of outsiders) {
    assert.notEqual(await upload(outsider), null);
    assert.equal(await download(outsider), null);
  }
});

Deno.test("simultaneous requests keep their own caller", async () => {
  const admin = signedIn(await signer.adminToken());
  const other = signedIn(await signer.sign());
  const answers = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      if (i % 4 > 1) await (i % 4 > 2 ? admin : other).storage.from("car-originals").list("");
      const { data } = await (i % 2 ? admin : other).rpc("process_image_is_admin");
      return data;
    }),
  );
  assert.deepEqual(answers, answers.map((_, i) => i % 2 === 1));
});

Deno.test("the README's SQL makes a user an admin", async () => {
  const token = await supabase.createLegacyUser({ email: "anna@example.com" });
  const { text } = blocksOf(await Deno.readTextFile(new URL("../../README.md", import.meta.url)))
    .find(({ text }) => text.startsWith("update auth.users"))!;
  await supabase.query(text);
  const { data } = await server.auth.getUser(token);
  assert.equal(data.user?.app_metadata.role, "admin");
});

Deno.test("the migrations can run twice", async () => {
  const folder = new URL("../../supabase/migrations/", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    const sql = await Deno.readTextFile(new URL(name, folder));
    // PGlite's `query` takes one statement; a `do` block runs any number.
    await supabase.query(`do $migration$ begin ${sql} end $migration$`);
  }
});

Deno.test("the local Auth returns a legacy token's role", async () => {
  const token = await supabase.createLegacyUser({ email: "old@example.com", role: "admin" });
  const { data } = await server.auth.getUser(token);
  assert.equal(data.user?.app_metadata.role, "admin");
  const { error } = await server.auth.getUser(`${token}x`);
  assert.equal(error?.status, 403);
});

Deno.test("the local Supabase keeps the process's exit status", async () => {
  const another = await startLocalSupabase();
  await another.query("select 1");
  await assert.rejects(another.query("select nonsense"));
  await another.close();
  assert.equal(Deno.exitCode, 0);
});

Deno.test("the local Supabase calls the given route first", async () => {
  const response = await fetch(`${supabase.url}/routed`);
  assert.equal(await response.text(), "routed");
});

Deno.test("the local Supabase reports a port in use", async () => {
  const port = Number(new URL(supabase.url).port);
  await assert.rejects(startLocalSupabase({ port }), Deno.errors.AddrInUse);
});
