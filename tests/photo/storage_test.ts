// Proves over HTTP which objects a result consists of, and the errors if they cannot be stored.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startFunction } from "../../dev/function_process.ts";
import { inspectPhoto } from "../../shared/image/decode/inspect_photo.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";

const UPLOAD = "upload_to_storage=true";
const NAMES = ["processed", "grid", "detail"] as const;

onBothDenos(
  "variants are written to Storage, with readable public URLs",
  {},
  async (t, stack) => {
    const photo = await fixture("small.jpg");
    const auth = { authorization: `Bearer ${stack.adminToken}` };
    const send = (query: string) => sendBytes(stack.functionUrl, auth, photo, query);
    const first = (await expectReply(send(UPLOAD))).body;

    await t.step("the objects have their size, their type and a year's cache", async () => {
      for (const name of NAMES) {
        const response = await fetch(first.storage_urls![name]!);
        assert.equal(response.status, 200);
        assert.equal(response.headers.get("content-type"), "image/webp");
        const bytes = new Uint8Array(await response.arrayBuffer());
        const { width, height, bytes: length, format } = first.metadata[name]!;
        assert.deepEqual(inspectPhoto(bytes, { maxPixels: 1e7 }), {
          ok: true,
          value: { format, width, height },
        });
        assert.equal(bytes.length, length);
      }
      const rows = await stack.supabase.query<
        { name: string; metadata: Record<string, unknown> | string }
      >(
        "select name, metadata from storage.objects where bucket_id = 'car-images' and name not like '%/manifest.json'",
      );
      assert.equal(rows.length, 3);
      for (const { name, metadata } of rows) {
        const { cacheControl } = typeof metadata === "string" ? JSON.parse(metadata) : metadata;
        assert.match(String(cacheControl), /31536000/);
        assert.match(name, /^[0-9a-f]{64}\/[0-9a-f]{16}\/(processed|grid|detail)\.webp$/);
      }
    });
    await t.step("an upload's answer contains images only on request", async () => {
      assert.ok(NAMES.every((name) => first[name] === undefined));
      const { body } = await expectReply(send(`${UPLOAD}&return_images=true`));
      for (const name of NAMES) {
        const stored = await (await fetch(body.storage_urls![name]!)).arrayBuffer();
        assert.deepEqual(Buffer.from(body[name]!, "base64"), Buffer.from(stored));
      }
    });
    await t.step(
      "the same photo has the same paths, in any form and under any name",
      async () => {
        const again = await expectReply(send(`${UPLOAD}&filename=other.jpg`));
        assert.deepEqual(again.body.storage_urls, first.storage_urls);
        const json = await expectReply(sendJson(stack.functionUrl, auth, {
          image_base64: Buffer.from(photo).toString("base64"),
          filename: "../../#?.jpg",
          upload_to_storage: true,
        }));
        assert.deepEqual(json.body.storage_urls, first.storage_urls);
      },
    );
    await t.step(
      "other options have other paths, and a subset of the variants has the same",
      async () => {
        const other = (await expectReply(send(`${UPLOAD}&padding=51`))).body.storage_urls!;
        assert.ok(NAMES.every((name) => other[name] !== first.storage_urls![name]));
        const grid = (await expectReply(send(`${UPLOAD}&variants=grid`))).body.storage_urls;
        assert.deepEqual(grid, { grid: first.storage_urls!.grid });
      },
    );
    await t.step(
      "a photo that kept its background does not overwrite one that lost it",
      async () => {
        await stack.supabase.query("delete from storage.objects where bucket_id = 'car-cutouts'");
        stack.simulator!.behave({ kind: "failure", message: "no" });
        const kept = (await expectReply(send(`${UPLOAD}&padding=9`))).body;
        stack.simulator!.reset();
        assert.equal(kept.metadata.background.removed, false);
        const removed = (await expectReply(send(`${UPLOAD}&padding=9`))).body;
        assert.equal(removed.metadata.background.removed, true);
        assert.ok(NAMES.every((name) => kept.storage_urls![name] !== removed.storage_urls![name]));
      },
    );
    await t.step("png and jpeg are stored with their types", async () => {
      for (const [format, type] of [["png", "image/png"], ["jpeg", "image/jpeg"]]) {
        const { body } = await expectReply(send(`${UPLOAD}&variants=grid&format=${format}`));
        const response = await fetch(body.storage_urls!.grid!);
        await response.body?.cancel();
        assert.equal(response.headers.get("content-type"), type);
      }
    });
    await t.step("a bucket that refuses is an error with a remedy", async () => {
      const limit = (column: string) =>
        stack.supabase.query(`update storage.buckets set ${column} where id = 'car-images'`);
      await limit("file_size_limit = 10");
      const { body } = await expectError(send(`${UPLOAD}&padding=7`), "storage_rejected");
      assert.deepEqual(body.error.details?.stored, []);
      assert.equal((body.error.details?.failed as unknown[]).length, 3);
      assert.match(body.error.message, /larger than the bucket allows/);
      await limit("file_size_limit = 1000000, allowed_mime_types = '[\"image/png\"]'").catch(() =>
        limit("file_size_limit = 1000000, allowed_mime_types = array['image/png']")
      );
      const refused = await expectError(send(`${UPLOAD}&padding=8`), "storage_rejected");
      assert.match(refused.body.error.message, /does not allow this type/);
    });
  },
);

onBothDenos("a missing bucket is an error that names it", {
  STORAGE_BUCKET: "nowhere",
}, async (_, stack) => {
  const photo = await fixture("small.jpg");
  const { body } = await expectError(
    sendBytes(stack.functionUrl, { apikey: stack.secretKey }, photo, UPLOAD),
    "storage_rejected",
  );
  assert.match(body.error.message, /"nowhere": the bucket does not exist\. Create it/);
});

Deno.test("an answer never contains the URL of a missing file", async (t) => {
  const photo = await fixture("small.jpg");
  const failing = { path: "", status: 0 };
  const stored: string[] = [];
  await using storage = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      await request.arrayBuffer();
      const path = new URL(request.url).pathname;
      if (path.includes(failing.path)) {
        return failing.status === 0
          ? Promise.reject(new Error("dropped"))
          : Response.json({ statusCode: String(failing.status), message: "internal secret" }, {
            status: 400,
          });
      }
      stored.push(path);
      return Response.json({ Key: path, Id: "1" });
    },
  );
  const processImage = await startFunction({
    env: {
      SUPABASE_URL: `http://127.0.0.1:${storage.addr.port}`,
      SUPABASE_SECRET_KEY: "sb_secret_x",
      SUPABASE_JWKS: '{"keys":[]}',
    },
  });
  const send = () =>
    sendBytes(`${processImage.url}/process-image`, { apikey: "sb_secret_x" }, photo, UPLOAD);
  try {
    await t.step(
      "if one of three fails, the error names the stored and the missing variants",
      async () => {
        Object.assign(failing, { path: "grid", status: 500 });
        const { body } = await expectError(send(), "storage_failed");
        assert.deepEqual(body.error.details?.stored, ["processed", "detail"]);
        assert.deepEqual(body.error.details?.failed, [
          { variant: "grid", reason: "Storage failed with status 500" },
        ]);
        assert.doesNotMatch(JSON.stringify(body), /internal secret/);
      },
    );
    await t.step("a repeated request completes the result, at the same paths", async () => {
      const before = stored.length;
      const variants = stored.filter((path) => path.startsWith("/storage/"));
      failing.path = "nothing fails";
      const { body } = await expectReply(send());
      assert.equal(Object.keys(body.storage_urls!).length, 3);
      assert.ok(variants.length > 0);
      assert.deepEqual(variants.filter((path) => !stored.slice(before).includes(path)), []);
    });
    await t.step("a refused key is not retryable", async () => {
      Object.assign(failing, { path: "detail", status: 403 });
      const { body } = await expectError(send(), "storage_rejected");
      assert.match(body.error.message, /Check the secret key/);
    });
  } finally {
    await processImage.close();
  }
});
