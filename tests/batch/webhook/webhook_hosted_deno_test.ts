// Proves that webhooks are checked and called in the same way on the Deno version that hosted Supabase is compatible
// with.
import assert from "node:assert/strict";
import { denoBinary } from "../../../dev/deno_binary.ts";
import { childEnvironment } from "../../../dev/deno_child.ts";

const FILES = ["webhook_names_test.ts", "webhook_caller_test.ts", "post_once_test.ts"];

Deno.test("webhooks are checked and called in the same way on Deno 2.1.4", async () => {
  // Before 2.2, TLS over an existing connection needs the permission for the name, though it opens no connection.
  const net = "--allow-net=127.0.0.1,93.184.216.34,hooks.example.com,other.example.com";
  const rights = ["--allow-env", "--allow-read", net];
  const { success, stdout } = await new Deno.Command(await denoBinary("2.1.4"), {
    args: [
      "test",
      "--no-lock",
      "--no-check",
      ...rights,
      ...FILES.map((file) => `tests/batch/webhook/${file}`),
    ],
    cwd: new URL("../../../", import.meta.url),
    env: childEnvironment({}),
    clearEnv: true,
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(success, text);
  assert.match(text, /\b2\d passed \| 0 failed/);
});
