// Proves over HTTP that all forms of the body give the same picture.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createClient } from "@supabase/supabase-js";
import { sniffFormat } from "../../../shared/image/image_format.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../../helpers/call.ts";
import { onBothDenos } from "../../helpers/on_both_denos.ts";

const OPTIONS = { skip_background_removal: true, variants: ["grid"], format: "png", padding: 0 };

onBothDenos("a photo may come in any of four forms", {}, async (t, stack) => {
  const photo = await fixture("small.jpg");
  const url = stack.functionUrl;
  const auth = { authorization: `Bearer ${stack.adminToken}` };
  const base64 = Buffer.from(photo).toString("base64");
  const form = (fields: Record<string, string | Blob>) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      typeof value === "string"
        ? data.set(name, value)
        : data.set(name, value, "Mein Käfer #1.jpg");
    }
    return fetch(url, { method: "POST", headers: auth, body: data });
  };
  const file = new Blob([photo], { type: "text/plain" });
  const images: string[] = [];
  const grid = async (pending: Promise<Response>) => {
    const { body } = await expectReply(pending);
    assert.deepEqual(
      Object.keys(body).filter((key) => ["processed", "grid", "detail"].includes(key)),
      ["grid"],
    );
    assert.equal(sniffFormat(Buffer.from(body.grid!, "base64")), "png");
    assert.deepEqual(body.metadata.original_size, [640, 427]);
    assert.deepEqual(body.metadata.grid && { ...body.metadata.grid, bytes: 0 }, {
      width: 600,
      height: 400,
      bytes: 0,
      format: "png",
      scale: 0.937,
      crop: { x: 0, y: 0, width: 600, height: 400 },
    });
    assert.deepEqual(body.metadata.background, { removed: false, provider: null, cached: false });
    assert.deepEqual(body.warnings, []);
    assert.equal(body.storage_urls, undefined);
    images.push(body.grid!);
    return body;
  };

  await t.step("JSON with base64 is accepted", async () => {
    const body = await grid(
      sendJson(url, auth, { image_base64: base64, filename: "a/b.jpg", options: OPTIONS }),
    );
    assert.equal(body.metadata.filename, "a/b.jpg");
  });
  await t.step("JSON with a data URL of any type is accepted", async () => {
    const body = await grid(
      sendJson(url, auth, { image_base64: `data:image/bmp;base64,${base64}`, options: OPTIONS }),
    );
    assert.equal(body.metadata.filename, null);
  });
  await t.step("JSON with base64 in lines is accepted", async () => {
    const lines = base64.replace(/.{76}/g, "$&\r\n");
    await grid(sendJson(url, auth, { image_base64: lines, options: OPTIONS }));
  });
  await t.step("a multipart form is accepted", async () => {
    const body = await grid(
      form({ file, options: JSON.stringify(OPTIONS), upload_to_storage: "false" }),
    );
    assert.equal(body.metadata.filename, "Mein Käfer #1.jpg");
  });
  const query = "skip_background_removal=true&variants=grid&format=png&padding=0";
  await t.step("bytes are accepted, whatever image type the header names", async () => {
    await grid(sendBytes(url, { ...auth, "content-type": "image/heic" }, photo, query));
    const body = await grid(sendBytes(url, auth, photo, `${query}&filename=123`));
    assert.equal(body.metadata.filename, "123");
  });
  await t.step(
    "a File, a Blob, an ArrayBuffer and a form are accepted as supabase-js sends them",
    async () => {
      const client = createClient(stack.url, stack.publishableKey, {
        accessToken: () => Promise.resolve(stack.adminToken),
      });
      const data = new FormData();
      data.set("file", new File([photo], "a.jpg"));
      data.set("options", JSON.stringify(OPTIONS));
      const bodies: [string, File | Blob | ArrayBuffer | FormData][] = [
        [`process-image?${query}`, new File([photo], "a.jpg", { type: "image/jpeg" })],
        [`process-image?${query}`, new Blob([photo])],
        [`process-image?${query}`, photo.buffer],
        ["process-image", data],
      ];
      for (const [name, body] of bodies) {
        const answer = await client.functions.invoke(name, { body });
        assert.equal(answer.error, null);
        images.push(answer.data.grid);
      }
    },
  );
  await t.step("a photo in Storage is read with the caller's own rights", async () => {
    const path = "2026/Käfer #1 100%?.jpg";
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    const admin = createClient(stack.url, stack.publishableKey, {
      accessToken: () => Promise.resolve(stack.adminToken),
    });
    const { error } = await admin.storage.from("car-originals").upload(encoded, photo, {
      contentType: "image/jpeg",
    });
    assert.equal(error, null);
    const storage_path = { bucket: "car-originals", path };
    await grid(sendJson(url, auth, { storage_path, options: OPTIONS }));
    await grid(sendJson(url, { apikey: stack.secretKey }, { storage_path, options: OPTIONS }));
  });
  await t.step("all forms give the same picture", () => {
    assert.ok(images.length >= 12);
    assert.equal(new Set(images).size, 1);
  });

  await t.step("a missing photo in Storage is 404, a closed bucket 403", async () => {
    const send = (storage_path: unknown) => sendJson(url, auth, { storage_path });
    await expectError(send({ bucket: "car-originals", path: "none.jpg" }), "source_not_found");
    await expectError(send({ bucket: "secrets", path: "a.jpg" }), "source_forbidden");
    for (
      const path of [
        "../../secrets/a.jpg",
        "/a.jpg",
        "a//b.jpg",
        "a/./b.jpg",
        "",
        "a\\b.jpg",
        "a\u0000.jpg",
      ]
    ) {
      const { body } = await expectError(
        send({ bucket: "car-originals", path }),
        "invalid_request",
      );
      assert.equal(body.error.details?.field, "storage_path.path");
    }
    await expectError(
      send({ bucket: "car-originals", path: "%2e%2e/secrets/a.jpg" }),
      "source_not_found",
    );
  });
  await t.step("an object that the caller may not read is not read for them", async () => {
    await stack.supabase.query('drop policy "Admins read car images" on storage.objects');
    const storage_path = { bucket: "car-originals", path: "2026/Käfer #1 100%?.jpg" };
    await expectError(sendJson(url, auth, { storage_path }), "source_not_found");
    await expectReply(
      sendJson(url, { apikey: stack.secretKey }, { storage_path, options: OPTIONS }),
    );
  });
}, { core: true });
