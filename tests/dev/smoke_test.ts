// Proves that the smoke test passes on a healthy stack and detects each kind of fault.
import assert from "node:assert/strict";
import { type Stack, startStack } from "../../dev/stack.ts";
import { runSmoke } from "../../dev/smoke/run_smoke.ts";
import { closedAddress } from "../helpers/closed_address.ts";
import { startFunction } from "../../dev/function_process.ts";

const STORED = "a real photo, in Storage";

/** The failed checks with their messages. */
async function failures(url: string, key: string): Promise<Record<string, string>> {
  const rows = await runSmoke(url, key);
  assert.equal(rows.length, 14);
  return Object.fromEntries(rows.filter(({ ok }) => !ok).map(({ check, seen }) => [check, seen]));
}

/** Runs the command itself, with the key in its environment. */
async function smoke(
  key: string | undefined,
  ...args: string[]
): Promise<{ code: number; out: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-net=127.0.0.1",
      "--allow-read",
      "--allow-env",
      new URL("../../dev/smoke.ts", import.meta.url).href,
      ...args,
    ],
    env: { SMOKE_KEY: key ?? "" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout) + decoder.decode(stderr) };
}

async function withStack(test: (stack: Stack) => Promise<void>): Promise<void> {
  const stack = await startStack({ deno: "2.1.4" });
  try {
    await test(stack);
  } finally {
    await stack.close();
  }
}

Deno.test("the smoke test confirms a healthy local stack, and detects faults", async (t) => {
  await withStack(async (stack) => {
    await t.step("a secret key: every check passes", async () => {
      const { code, out } = await smoke(stack.secretKey, "--url", stack.functionUrl);
      assert.equal(code, 0, out);
      assert.match(out, /^check +result +ms +seen$/m);
      assert.match(
        out,
        /^a small photo, in the answer +ok +\d+ +processed \d+ x \d+, grid 600 x 400/m,
      );
      assert.match(out, /^background removal +ok +\d+ +removed by simulator$/m);
      assert.match(
        out,
        /^metrics moved +ok +\d+ +isolate: \d+ of \d+ to \d+ of \d+ succeeded; project, last day: \d+ of \d+ to \d+ of \d+/m,
      );
      assert.doesNotMatch(out, /FAILED/);
      assert.ok(!out.includes(stack.secretKey));
      assert.doesNotMatch(out, /process lists/);
    });
    await t.step("an admin's token: every check passes at the project's address", async () => {
      assert.deepEqual(await failures(stack.url, stack.adminToken), {});
    });
    await t.step("a wrong key fails only the checks that need one", async () => {
      const failed = await failures(stack.functionUrl, "sb_secret_wrong");
      assert.match(failed["deep health"], /HTTP 401, not 200: invalid_credential/);
      assert.match(failed["metrics moved"], /HTTP 401/);
      assert.match(failed["an invalid option"], /HTTP 401, not 400/);
      for (const name of ["health", "no credential", "another path", "another method"]) {
        assert.equal(failed[name], undefined, name);
      }
      const { code, out } = await smoke(
        undefined,
        "--url",
        stack.functionUrl,
        "--key",
        "sb_secret_wrong",
      );
      assert.equal(code, 1);
      assert.match(out, /^deep health +FAILED .*invalid_credential/m);
      assert.match(out, /checks failed/);
      assert.match(out, /^--key shows the key in process lists/m);
    });
    await t.step(
      "an API4.ai that refuses the key is detected, though photos are processed",
      async () => {
        // Though the real photo's cutout is cached from earlier smoke tests.
        stack.simulator!.behave({ kind: "status", status: 401, body: "{}" });
        assert.deepEqual(await failures(stack.functionUrl, stack.secretKey), {
          "background removal": "background_removal_unauthorized",
        });
        stack.simulator!.reset();
      },
    );
    await t.step("a variant that differs from the stored file is detected", async () => {
      const route = stack.faults.route.bind(stack.faults);
      stack.faults.route = (request) =>
        request.url.endsWith("/grid.webp") && request.method === "GET"
          ? Promise.resolve(new Response("not a picture"))
          : route(request);
      const failed = await failures(stack.functionUrl, stack.secretKey);
      stack.faults.route = route;
      assert.deepEqual(Object.keys(failed), [STORED]);
      assert.match(failed[STORED], /^grid: it cannot be decoded/);
    });
    await t.step("a missing bucket is detected", async () => {
      await stack.supabase.query("delete from storage.objects");
      await stack.supabase.query("delete from storage.buckets where id = 'car-images'");
      const failed = await failures(stack.functionUrl, stack.secretKey);
      assert.deepEqual(Object.keys(failed), ["deep health", STORED]);
      assert.match(failed["deep health"], /There is no bucket "car-images"/);
      assert.match(failed[STORED], /HTTP 502, not 200: storage_rejected/);
    });
  });
});

Deno.test("the smoke test reports a standalone function without Storage and metrics", async () => {
  const key = "sb_secret_alone";
  const running = await startFunction({
    env: {
      SUPABASE_URL: "http://127.0.0.1:9",
      SUPABASE_SECRET_KEY: key,
      SUPABASE_JWKS: '{"keys":[]}',
      STORAGE_TIMEOUT_MS: "500",
    },
  });
  try {
    const failed = await failures(`${running.url}/process-image`, key);
    assert.deepEqual(Object.keys(failed), ["deep health", STORED]);
    assert.match(failed["deep health"], /Storage did not answer/);
  } finally {
    await running.close();
  }
});

Deno.test("an unreachable address fails every check, and a missing address is an error", async () => {
  const failed = await failures(`${closedAddress()}/process-image`, "sb_secret_x");
  assert.equal(Object.keys(failed).length, 14);
  const { code, out } = await smoke("sb_secret_x");
  assert.equal(code, 2);
  assert.match(out, /Expected SMOKE_KEY=\S+ npx --yes deno@2\.9\.6 task smoke --url/);
});
