// Proves that the local Supabase accepts and refuses resumable uploads like hosted Storage.
import assert from "node:assert/strict";
import { startLocalSupabase } from "../../dev/local_supabase.ts";
import { createSigner } from "../../dev/tokens.ts";

const signer = await createSigner();
const supabase = await startLocalSupabase({ jwks: signer.jwks });
Deno.test.afterAll(() => supabase.close());
const admin = await signer.adminToken();
const URL_OF_UPLOADS = `${supabase.url}/storage/v1/upload/resumable`;

interface Call {
  method?: string;
  token?: string | null;
  headers?: Record<string, string>;
  body?: Uint8Array<ArrayBuffer>;
}

async function call(url: string, { method = "POST", token = admin, headers, body }: Call) {
  const own: HeadersInit = token ? { authorization: `Bearer ${token}` } : {};
  const init = {
    method,
    headers: { "tus-resumable": "1.0.0", ...own, ...headers },
    body,
  };
  const response = await fetch(url, init);
  return {
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  };
}

/** Starts an upload. */
function begin(
  path: string,
  {
    bytes = 3,
    bucket = "car-originals",
    type = "image/jpeg",
    token = admin as string | null,
  } = {},
) {
  const metadata = Object.entries({ bucketName: bucket, objectName: path, contentType: type })
    .map(([name, value]) => `${name} ${btoa(value)}`).join(",");
  const headers = {
    "upload-length": String(bytes),
    "upload-metadata": metadata,
  };
  return call(URL_OF_UPLOADS, { token, headers });
}

function send(url: string, offset: number, bytes: number, token = admin) {
  const type = "application/offset+octet-stream";
  const headers = { "upload-offset": String(offset), "content-type": type };
  return call(url, {
    method: "PATCH",
    token,
    headers,
    body: new Uint8Array(bytes),
  });
}

Deno.test("an upload is stored with its last byte, and its path is then taken", async () => {
  const { status, headers } = await begin("a.jpg");
  assert.equal(status, 201);
  const url = headers.get("location")!;
  assert.ok(url.startsWith(`${URL_OF_UPLOADS}/`));
  assert.equal((await send(url, 0, 2)).headers.get("upload-offset"), "2");
  const head = await call(url, { method: "HEAD" });
  assert.equal(head.headers.get("upload-offset"), "2");
  assert.equal((await send(url, 0, 1)).status, 409, "a wrong offset");
  const last = await send(url, 2, 1);
  assert.deepEqual([last.status, last.headers.get("tus-complete")], [204, "1"]);
  const rows = await supabase.query<
    { metadata: { size: number; mimetype: string } }
  >("select metadata from storage.objects where name = 'a.jpg'");
  assert.deepEqual([rows[0].metadata.size, rows[0].metadata.mimetype], [3, "image/jpeg"]);
  const again = await begin("a.jpg");
  assert.deepEqual([again.status, again.text], [409, "The resource already exists"]);
});

Deno.test("uploads are refused with Storage's own status, most of them before a byte is sent", async () => {
  const statusOf = async (pending: Promise<{ status: number }>) => (await pending).status;
  assert.equal(await statusOf(begin("b.jpg", { token: null })), 403);
  assert.equal(await statusOf(begin("b.jpg", { token: "x.y.z" })), 403);
  assert.equal(await statusOf(begin("b.jpg", { bytes: 52_428_801 })), 413);
  assert.equal(await statusOf(begin("b.jpg", { type: "text/html" })), 415);
  assert.equal(await statusOf(begin("b.jpg", { bucket: "nowhere" })), 404);
  const unknown = `${URL_OF_UPLOADS}/${btoa('["car-originals","b.jpg","x"]')}`;
  assert.equal(await statusOf(call(unknown, { method: "HEAD" })), 404);
  const old = { headers: { "tus-resumable": "" } };
  assert.equal(await statusOf(call(URL_OF_UPLOADS, old)), 412);

  // Policies are checked at the end, for the sender of the last byte.
  const user = await signer.sign();
  const { headers } = await begin("b.jpg", { token: user });
  const refused = await send(headers.get("location")!, 0, 3, user);
  assert.equal(refused.status, 403);
  assert.match(refused.text, /row-level security/);
});

Deno.test("a browser of another origin may upload with Storage's allowed headers", async () => {
  const { status, headers } = await call(URL_OF_UPLOADS, {
    method: "OPTIONS",
    token: null,
    headers: {
      origin: "https://portal.example",
      "access-control-request-method": "POST",
    },
  });
  assert.equal(status, 204);
  const allowed = headers.get("access-control-allow-headers")!.toLowerCase()
    .split(", ");
  for (const name of ["authorization", "apikey", "x-upsert", "upload-offset", "tus-resumable"]) {
    assert.ok(allowed.includes(name), name);
  }
  assert.ok(!allowed.includes("x-client-info"), "so the client does not send it");
  const begun = await begin("c.jpg");
  assert.match(begun.headers.get("access-control-expose-headers")!, /Location.*Upload-Offset/);
});
