// Proves that an upload which Storage refuses ends at once with a message that says what to do.
import assert from "node:assert/strict";
import { uploadPhoto } from "../../client/mod.ts";
import { signedIn } from "./signed_in.ts";
import { largePhoto, small, startUploads } from "./upload_stack.ts";

const { signer, supabase, stack, watched, close } = await startUploads();
Deno.test.afterAll(close);

Deno.test("refusals of Storage say what to do, and are not retried", async (t) => {
  const refusal = async (
    client: ReturnType<typeof signedIn>,
    photo: Blob = new Blob([small]),
    bucket?: string,
  ) => {
    const { error } = await uploadPhoto(client, photo, { bucket });
    const { code, retryable, attempts, message, details } = error!;
    assert.deepEqual([code, retryable, attempts], ["upload_failed", false, 1], message);
    return `${details.storage_status}: ${message}`;
  };
  await t.step("a caller who may not upload", async () => {
    const user = signedIn(stack, { token: await signer.sign() });
    assert.match(await refusal(user), /car-originals\. Only admins may upload here\./);
    const nobody = signedIn(stack, { token: null });
    assert.match(await refusal(nobody), /Only admins may upload here\.|You are not signed in/);
  });
  await t.step("an expired session", async () => {
    const message = '"exp" claim timestamp check failed';
    const refused = () => Response.json({ statusCode: "403", message }, { status: 400 });
    const { client } = watched((call) =>
      call.startsWith("POST") ? Promise.resolve(refused()) : undefined
    );
    assert.match(await refusal(client, new Blob([largePhoto()])), /Sign in again\./);
  });
  await t.step("a missing bucket", async () => {
    assert.match(
      await refusal(signedIn(stack), undefined, "nowhere"),
      /^404: .+bucket does not exist/,
    );
  });
  await t.step("a file that the bucket does not accept", async () => {
    const limits =
      "insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)";
    await supabase.query(
      `${limits} values ('tiny', 'tiny', false, 1000, array['image/jpeg']),
      ('webp', 'webp', false, null, array['image/webp'])`,
    );
    assert.match(
      await refusal(signedIn(stack), undefined, "tiny"),
      /^413: .+larger than the bucket accepts/,
    );
    assert.match(await refusal(signedIn(stack), undefined, "webp"), /^415: .+photos of this type/);
  });
  await t.step("a file that is not a photo is not sent", async () => {
    const { client, calls } = watched();
    for (const file of [new Blob(["text"]), new Blob([])]) {
      const { error } = await uploadPhoto(client, file);
      assert.equal(error?.code, "image_unreadable");
    }
    const gone = new Blob(["x"]);
    gone.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotReadableError"));
    gone.slice = () => gone;
    const { error } = await uploadPhoto(client, gone);
    assert.match(error!.message, /cannot be read any more/);
    assert.deepEqual(calls, []);
  });
});
