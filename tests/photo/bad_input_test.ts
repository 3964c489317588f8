// Proves over HTTP the error for each kind of bad input.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { INPUT_FORMATS } from "../../shared/image/image_format.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { pngHeader } from "../helpers/png_header.ts";

const text = (value: string) => new TextEncoder().encode(value) as Uint8Array<ArrayBuffer>;

onBothDenos("bad input gets a clear error", { MAX_IMAGE_BYTES: "100000" }, async (t, stack) => {
  const photo = await fixture("small.jpg");
  const url = stack.functionUrl;
  const auth = { authorization: `Bearer ${stack.adminToken}` };
  const send = (bytes: Uint8Array<ArrayBuffer>, query = "") => sendBytes(url, auth, bytes, query);
  const json = (body: unknown) => sendJson(url, auth, body);
  const form = (fields: [string, string | Blob][], headers: HeadersInit = auth) => {
    const data = new FormData();
    for (const [name, value] of fields) data.append(name, value);
    return fetch(url, { method: "POST", headers, body: data });
  };

  await t.step(
    "a missing body, an empty file and a form without an image are refused",
    async () => {
      await expectError(fetch(url, { method: "POST", headers: auth }), "missing_image");
      await expectError(send(new Uint8Array()), "missing_image");
      await expectError(json({}), "missing_image");
      await expectError(json({ image_base64: "" }), "missing_image");
      await expectError(form([["options", "{}"]]), "missing_image");
      await expectError(form([["file", new Blob([])]]), "missing_image");
    },
  );
  await t.step(
    "a file that is not an image is refused with 415 and the supported types",
    async () => {
      for (
        const bytes of [
          text("hello world"),
          text("<svg xmlns='...'/>"),
          text("%PDF-1.7"),
          text("BM, said he"),
        ]
      ) {
        const { body } = await expectError(send(bytes), "unsupported_image_type");
        assert.deepEqual(body.error.details?.supported, INPUT_FORMATS);
      }
    },
  );
  await t.step("a truncated photo is refused", async () => {
    for (const share of [0.01, 0.2, 0.5, 0.9, 0.99]) {
      await expectError(send(photo.slice(0, photo.length * share)), "invalid_image");
    }
  });
  await t.step("a PNG of 30000 x 30000 in 50 kB is refused from its header", async () => {
    const bomb = new Uint8Array(50_000);
    bomb.set(pngHeader(30_000, 30_000));
    const { body } = await expectError(send(bomb), "image_too_large");
    assert.deepEqual([body.error.details?.width, body.error.details?.height], [30_000, 30_000]);
  });
  await t.step(
    "a photo over MAX_IMAGE_BYTES is refused with 413 in every form, whatever Content-Length says",
    async () => {
      const big = new Uint8Array(200_000);
      big.set(photo);
      await expectError(send(big), "body_too_large");
      await expectError(
        json({ image_base64: Buffer.from(big).toString("base64") }),
        "body_too_large",
      );
      await expectError(
        json({ image_base64: Buffer.from(big.slice(0, 100_002)).toString("base64") }),
        "body_too_large",
      );
      await expectError(form([["file", new Blob([big])]]), "body_too_large");
      let left = 50;
      const unannounced = new ReadableStream({
        pull(controller) {
          if (left-- > 0) controller.enqueue(new Uint8Array(16_384));
          else controller.close();
        },
      });
      const headers = { ...auth, "content-type": "image/jpeg" };
      await expectError(
        fetch(url, { method: "POST", headers, body: unannounced }),
        "body_too_large",
      );
    },
  );
  await t.step("an unknown Content-Type is refused with 415", async () => {
    for (const type of ["text/plain", "application/xml", "application/x-www-form-urlencoded"]) {
      await expectError(
        sendBytes(url, { ...auth, "content-type": type }, photo),
        "unsupported_media_type",
      );
    }
  });
  await t.step("invalid base64 is refused", async () => {
    for (
      const image_base64 of ["not base64!", "abcde", "data:image/png,abcd", "äöü=", "AAAA====", "="]
    ) {
      await expectError(json({ image_base64 }), "invalid_base64");
    }
  });
  await t.step("invalid JSON is refused", async () => {
    const headers = { ...auth, "content-type": "application/json" };
    for (const body of ["{", "", "{'a': 1}", '{"image_base64": "AAAA"']) {
      const pending = fetch(url, { method: "POST", headers, body });
      await expectError(pending, body === "" ? "missing_image" : "invalid_json");
    }
    await expectError(form([["file", new Blob([photo])], ["options", "{oops"]]), "invalid_json");
  });
  await t.step("JSON of another shape is refused with the name of the fault", async () => {
    for (
      const [body, field] of [[[], ""], [null, ""], ["text", ""], [
        { image_base64: 5 },
        "image_base64",
      ]] as const
    ) {
      const { body: answer } = await expectError(json(body), "invalid_request");
      assert.equal(answer.error.details?.field, field);
    }
    await expectError(
      json({ image_base64: "AAAA", storage_path: { bucket: "car-originals", path: "a" } }),
      "invalid_request",
    );
    const { body } = await expectError(
      json({ image_base64: "AAAA", upload: true }),
      "invalid_request",
    );
    assert.match(body.error.message, /^There is no field upload\./);
  });
  await t.step("an invalid form is refused", async () => {
    const headers = { ...auth, "content-type": "multipart/form-data; boundary=x" };
    await expectError(
      fetch(url, { method: "POST", headers, body: "nothing of the kind" }),
      "invalid_multipart",
    );
    const noBoundary = { ...auth, "content-type": "multipart/form-data" };
    await expectError(
      fetch(url, { method: "POST", headers: noBoundary, body: "--x" }),
      "invalid_multipart",
    );
    await expectError(form([["file", "text, not a file"]]), "invalid_multipart");
  });
  await t.step(
    "a wrong option is refused with 400, the field, and the expected and received values",
    async () => {
      const wrong: [Record<string, unknown>, string, RegExp][] = [
        [{ padding: -1 }, "padding", /whole number between 0 and 1000.*-1 of type number/],
        [{ padding: 1.5 }, "padding", /1\.5 of type number/],
        [{ padding: "50" }, "padding", /"50" of type string/],
        [{ quality: 0 }, "quality", /between 1 and 100/],
        [{ quality: 101 }, "quality", /101/],
        [{ format: "gif" }, "format", /one of webp, png, jpeg.*"gif" of type string/],
        [{ fit: "squash" }, "fit", /contain, cover, fill/],
        [{ shadow: true }, "shadow", /auto, drop, ground, none.*true of type boolean/],
        [{ background: "red" }, "background", /hex colour.*"red"/],
        [{ background: "#12345" }, "background", /#12345/],
        [{ variants: [] }, "variants", /non-empty array/],
        [{ variants: ["grid", "huge"] }, "variants", /names among processed, grid, detail.*"huge"/],
        [{ skip_background_removal: "yes" }, "skip_background_removal", /true or false.*"yes"/],
        [{ Padding: 5 }, "Padding", /^There is no field options\.Padding\./],
      ];
      for (const [options, field, message] of wrong) {
        const { body } = await expectError(
          json({ image_base64: "AAAA", options }),
          "invalid_options",
        );
        assert.equal(body.error.details?.field, `options.${field}`);
        assert.match(body.error.message, message);
      }
      await expectError(json({ image_base64: "AAAA", options: [] }), "invalid_options");
      await expectError(form([["file", new Blob([photo])], ["options", "[]"]]), "invalid_options");
      await expectError(send(photo, "padding=wide"), "invalid_options");
      await expectError(send(photo, "variants=grid,huge"), "invalid_options");
      await expectError(send(photo, "pading=5"), "invalid_request");
      await expectError(
        form([["file", new Blob([photo])], ["upload_to_storage", "maybe"]]),
        "invalid_request",
      );
    },
  );
  await t.step("a wrong method is 405, an unknown path 404", async () => {
    for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
      const { headers } = await expectError(
        fetch(url, { method, headers: auth }),
        "method_not_allowed",
      );
      assert.equal(headers.get("allow"), "POST, OPTIONS");
    }
    await expectError(fetch(`${url}/health`, { method: "POST" }), "method_not_allowed");
    await expectError(fetch(`${url}/nothing`, { headers: auth }), "not_found");
    await expectError(fetch(`${stack.function.url}/`), "not_found");
  });
  await t.step("after all that, a good photo is processed", async () => {
    await expectReply(send(photo, "skip_background_removal=true&variants=grid"));
  });
});

onBothDenos("a photo that cannot be decoded within CPU_BUDGET_MS is refused from its header", {
  CPU_BUDGET_MS: "2000",
}, async (_, stack) => {
  const auth = { apikey: stack.secretKey };
  const png = new Uint8Array(50_000);
  png.set(pngHeader(5657, 4243));
  const { body } = await expectError(sendBytes(stack.functionUrl, auth, png), "image_too_costly");
  assert.match(
    body.error.message,
    /A png of 24 megapixels takes about \d+ ms of CPU.*Convert it to JPEG, or send at most \d+\.?\d* megapixels\./,
  );
  const { format, megapixels, max_megapixels: most, estimated_ms: estimated, budget_ms: budget } =
    body.error
      .details as Record<string, number>;
  assert.deepEqual([format, megapixels, budget], ["png", 24, 2000]);
  assert.ok(most > 12 && most < 24 && estimated > 0.85 * budget);
  await expectReply(
    sendBytes(stack.functionUrl, auth, await fixture("small.jpg"), "variants=grid"),
  );
});
