// Proves over HTTP that every process renders a photo to the same bytes, and that a stored result starts no engine.
import assert from "node:assert/strict";
import { startFunction } from "../../dev/function_process.ts";
import { startHostedRuntime } from "../../dev/hosted_runtime.ts";
import type { Stack } from "../../dev/stack.ts";
import type { Reply } from "../../shared/photo/reply_schema.ts";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { WASM_LINE } from "../helpers/watch_wasm.ts";
import { NAMES, startResults, UPLOAD } from "./stored_results.ts";

const street = await fixture("street.jpg");
const { stack, auth } = await startResults();
Deno.test.afterAll(() => stack.close());

Deno.test("every process, cold or warm, renders a photo to the same bytes", async (t) => {
  const images = async (url: string, query = "") => {
    const { body } = await expectReply(sendBytes(url, auth, street, query));
    assert.equal(body.metadata.background.removed, true);
    return body;
  };
  const { detail, grid, processed } = await images(stack.functionUrl, "force=true");
  const same = (reply: Reply) =>
    NAMES.every((name) => reply[name] === ({ detail, grid, processed })[name]);
  await t.step("a warm process gives the same bytes", async () => {
    assert.ok(same(await images(stack.functionUrl, "force=true")));
  });
  await t.step("the hosted runtime gives the same bytes, cold and warm", async () => {
    await onHosted(stack, async (url) => {
      const stored = await images(url, `${UPLOAD}&return_images=true`);
      assert.equal(stored.metadata.reused, false);
      assert.ok(same(stored));
      assert.ok(same(await images(url, "force=true")));
    });
  });
  await t.step(
    "a fresh isolate gives the same bytes, and answers a stored result without any engine",
    async () => {
      await onHosted(stack, async (url, logs) => {
        const reply = await images(url, `${UPLOAD}&return_images=true`);
        assert.equal(reply.metadata.reused, true);
        assert.ok(same(reply));
        assert.deepEqual(logs.filter((line) => line.startsWith(WASM_LINE)), []);
        await images(url, "force=true&variants=grid");
        assert.ok(logs.some((line) => line.startsWith(WASM_LINE)), "they are counted");
      });
    },
  );
});

/** A fresh isolate of Deno 2.1.4 under the hosted limits, or a fresh process if isolates are not available. */
async function onHosted(
  { env }: Stack,
  run: (url: string, logs: readonly string[]) => Promise<void>,
): Promise<void> {
  const entrypoint = "tests/helpers/watched_entry.ts";
  const running = Deno.build.os === "linux"
    ? await startHostedRuntime({ env, entrypoint })
    : await startFunction({ deno: "2.1.4", env, entrypoint });
  try {
    await run(`${running.url}/process-image`, running.logs);
  } finally {
    await running.close();
  }
}
