// Proves over HTTP that a caller's disconnect stops the processing of its photo.
import assert from "node:assert/strict";
import { startStack } from "../../dev/stack.ts";
import { fixture, sendBytes } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { storeOriginal } from "../helpers/store_original.ts";
import { until } from "../helpers/until.ts";

const photo = await fixture("small.jpg");
const wasAborted = (line: string) => line.includes('"event":"aborted"');

// The server of Deno 2.9.6 does not see the disconnect of a caller that has sent a large body: this request has a
// small one.
onBothDenos("a caller's disconnect is detected, and nothing is stored", {}, async (_, stack) => {
  const source = await storeOriginal(stack, "car.jpg", photo);
  stack.simulator!.behave([{ kind: "hang" }]);
  const caller = new AbortController();
  const upload = fetch(`${stack.function.url}/process-image`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${stack.adminToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ storage_path: source, upload_to_storage: true }),
    signal: caller.signal,
  });
  await until(() => stack.simulator!.requests.length === 1);
  caller.abort();
  await assert.rejects(upload);
  await until(() => stack.function.logs.some(wasAborted));
  const stored = "select name from storage.objects where bucket_id = 'car-images'";
  assert.deepEqual(await stack.supabase.query(stored), []);

  stack.simulator!.reset();
  // The next caller is not affected.
  const headers = { authorization: `Bearer ${stack.adminToken}` };
  const next = await sendBytes(stack.functionUrl, headers, photo, "upload_to_storage=true");
  assert.equal(next.status, 200, await next.text());
}, { core: true });

Deno.test("a caller that disconnects after sending a whole photo is detected (Deno 2.1.4)", async () => {
  const stack = await startStack({ deno: "2.1.4" });
  try {
    stack.simulator!.behave([{ kind: "hang" }]);
    const caller = new AbortController();
    const upload = fetch(`${stack.function.url}/process-image`, {
      method: "POST",
      headers: { authorization: `Bearer ${stack.adminToken}`, "content-type": "image/jpeg" },
      body: photo,
      signal: caller.signal,
    });
    await until(() => stack.simulator!.requests.length === 1);
    caller.abort();
    await assert.rejects(upload);
    await until(() => stack.function.logs.some(wasAborted));
  } finally {
    await stack.close();
  }
});
