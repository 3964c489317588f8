import assert from "node:assert/strict";
import { type AppDeps, createApp } from "../../shared/http/app.ts";
import { expectError } from "../helpers/call.ts";

/** An application whose caller is a server and whose every other part breaks. */
function brokenApp(): ReturnType<typeof createApp> {
  const broken = () => Promise.reject(new Error("database password is hunter2"));
  const deps: AppDeps = {
    allowedOrigins: ["*"],
    auth: { secretKeys: ["key"], adminRoles: ["admin"], verifyToken: broken },
    body: { maxImageBytes: 1_000 },
    process: {
      store: { save: broken } as unknown as AppDeps["process"]["store"],
      limits: { maxPixels: 1_000 },
      cpuBudgetMs: 0,
    },
    readSource: broken,
  };
  return createApp(deps);
}

const post = (signal?: AbortSignal) =>
  new Request("http://localhost/process-image", {
    method: "POST",
    headers: { apikey: "key", "content-type": "application/json" },
    body: JSON.stringify({ storage_path: { bucket: "b", path: "p" } }),
    signal,
  });

Deno.test("what nobody foresaw is a 500 that shows nothing and a log line that shows all", async () => {
  const logged: string[] = [];
  const original = console.error;
  console.error = (line: string) => logged.push(line);
  try {
    const { body } = await expectError(
      Promise.resolve(brokenApp().fetch(post())),
      "internal_error",
    );
    assert.doesNotMatch(JSON.stringify(body), /hunter2/);
    assert.equal(logged.length, 1);
    const line = JSON.parse(logged[0]);
    assert.equal(line.request_id, body.request_id);
    assert.match(line.error, /hunter2/);
  } finally {
    console.error = original;
  }
});

Deno.test("a caller who went away is no failure of the function's", async () => {
  const controller = new AbortController();
  const answer = Promise.resolve(brokenApp().fetch(post(controller.signal)));
  controller.abort();
  await expectError(answer, "request_aborted");
});
