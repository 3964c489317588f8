// Proves over HTTP that `storage_path` cannot leave the open buckets.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { expectError, expectReply, fixture, sendJson } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";

/** Attempts to leave a bucket. Each must be refused, or name a missing object of the bucket itself. */
const ESCAPES = [
  "../private-files/secret.jpg",
  "a/../../private-files/secret.jpg",
  "a/..",
  "..",
  ".",
  "/etc/passwd",
  "/private-files/secret.jpg",
  "//private-files/secret.jpg",
  "a//../private-files/secret.jpg",
  "%2e%2e/private-files/secret.jpg",
  "%2E%2E%2Fprivate-files%2Fsecret.jpg",
  "..%2fprivate-files%2fsecret.jpg",
  "..%252fprivate-files%252fsecret.jpg",
  "..%c0%afprivate-files/secret.jpg",
  "..\\private-files\\secret.jpg",
  "..;/private-files/secret.jpg",
  ".%00./private-files/secret.jpg",
  "a\u0000/../../private-files/secret.jpg",
  "\uff0e\uff0e/private-files/secret.jpg",
  "\u2025/private-files/secret.jpg",
  "..\u2215private-files\u2215secret.jpg",
  "..\u202e/private-files/secret.jpg",
  "?../private-files/secret.jpg",
  "#/../../private-files/secret.jpg",
  "../../../auth/v1/admin/users",
  "https://example.com/secret.jpg",
  "file:///etc/passwd",
  "a".repeat(1_025),
  `${"a/".repeat(511)}..`,
  " ",
  "\n",
  "\ud800",
];

const BUCKETS = [
  "private-files",
  "car-originals/../private-files",
  "car-originals/",
  "Car-Originals",
  "..",
  "",
  "car-originals%2f..%2fprivate-files",
  "car-originals\u0000",
  "__proto__",
];

onBothDenos("storage_path does not leave the open buckets", {
  SOURCE_BUCKETS: "car-originals,not-for-admins",
}, async (t, stack) => {
  const photo = await fixture("small.jpg");
  const server = createClient(stack.url, stack.secretKey);
  for (const bucket of ["private-files", "not-for-admins"]) {
    assert.equal((await server.storage.createBucket(bucket, { public: false })).error, null);
    const { error } = await server.storage.from(bucket).upload("secret.jpg", photo, {
      contentType: "image/jpeg",
    });
    assert.equal(error, null);
  }
  const auth = { authorization: `Bearer ${stack.adminToken}` };
  const secret = { apikey: stack.secretKey };
  const send = (headers: HeadersInit, bucket: string, path: string) =>
    sendJson(stack.functionUrl, headers, {
      storage_path: { bucket, path },
      options: { variants: ["grid"], skip_background_removal: true },
    });

  await t.step("no path leads out of its bucket, not even with the secret key", async () => {
    for (const headers of [auth, secret]) {
      for (const path of ESCAPES) {
        const response = await send(headers, "car-originals", path);
        const { error } = await response.json();
        assert.match(error?.code, /^(invalid_request|source_not_found)$/, JSON.stringify(path));
      }
    }
  });
  await t.step("the name of a closed bucket is refused", async () => {
    for (const bucket of BUCKETS) {
      await expectError(send(secret, bucket, "secret.jpg"), "source_forbidden");
    }
  });
  await t.step(
    "an open bucket that the caller may not read is read only with a server's key",
    async () => {
      await expectError(send(auth, "not-for-admins", "secret.jpg"), "source_not_found");
      await expectReply(send(secret, "not-for-admins", "secret.jpg"));
    },
  );
});
