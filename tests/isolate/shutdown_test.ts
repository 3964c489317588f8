// Proves that a process finishes its requests on SIGTERM before it ends.
import assert from "node:assert/strict";
import { startStack } from "../../dev/stack.ts";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { until } from "../helpers/until.ts";

const photo = await fixture("small.jpg");

const isEnding = (line: string) => line.includes('"event":"shutting_down"');

onBothDenos("on SIGTERM requests in flight finish, then the process ends", {
  API4AI_TIMEOUT_MS: "3000",
}, async (_, stack) => {
  const headers = { authorization: `Bearer ${stack.adminToken}` };
  // API4.ai does not answer within its time: the photo is in flight until then.
  stack.simulator!.behave([{ kind: "hang" }]);
  const inFlight = sendBytes(stack.functionUrl, headers, photo, "upload_to_storage=true");
  await until(() => stack.simulator!.requests.length === 1);
  Deno.kill(stack.process!.pid, "SIGTERM");
  await until(() => stack.function.logs.some(isEnding));
  const { cause, in_flight } = JSON.parse(stack.function.logs.find(isEnding)!);
  assert.deepEqual([cause, in_flight], ["SIGTERM", 1]);

  // New callers are asked to retry: by the function, or by the gateway if Deno stops listening at once.
  for (const path of ["", "/health"]) {
    const late = await fetch(`${stack.functionUrl}${path}`, { headers });
    assert.equal(late.status, 503);
    assert.match(await late.text(), /"(shutting_down|BOOT_ERROR)"/);
  }

  const { body } = await expectReply(inFlight);
  assert.equal(body.warnings[0].code, "background_removal_timeout");
  for (const url of Object.values(body.storage_urls!)) {
    const stored = await fetch(url);
    await stored.body?.cancel();
    assert.equal(stored.status, 200);
  }
  assert.equal((await stack.process!.ended).code, 0);
}, { core: true });

Deno.test("an idle process ends at once on SIGTERM", async () => {
  const stack = await startStack();
  try {
    Deno.kill(stack.process!.pid, "SIGTERM");
    assert.deepEqual(
      await stack.process!.ended.then(({ code, signal }) => ({ code, signal })),
      { code: 0, signal: null },
    );
  } finally {
    await stack.close();
  }
});
