// Proves how the checks of deep health run, and what they show.
import assert from "node:assert/strict";
import { checkApi4ai } from "../../../shared/status/checks/check_api4ai.ts";
import { checkEngines } from "../../../shared/status/checks/check_engines.ts";
import { HealthError, runChecks } from "../../../shared/status/checks/run_checks.ts";
import { ConsoleLines } from "../../helpers/console_lines.ts";
import { FakeFetch } from "../../helpers/fake_fetch.ts";

Deno.test("checks run in parallel, and each ends at its timeout", async () => {
  using _ = new ConsoleLines();
  const signals: AbortSignal[] = [];
  const never = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<void>(() => {});
  };
  const checks = await runChecks([
    { name: "a", needed: true, run: never },
    { name: "b", needed: false, run: () => Promise.resolve() },
    { name: "c", needed: true, run: never },
  ], 20);
  assert.deepEqual(checks.map(({ ms: _, ...check }) => check), [
    { name: "a", ok: false, needed: true, error: "No answer within 20 ms." },
    { name: "b", ok: true, needed: false },
    { name: "c", ok: false, needed: true, error: "No answer within 20 ms." },
  ]);
  assert.ok(signals.length === 2 && signals.every(({ aborted }) => aborted));
});

Deno.test("only a check's own message is shown; other details are in the log", async () => {
  using logged = new ConsoleLines();
  const [told, secret] = await runChecks([
    { name: "told", needed: true, run: () => Promise.reject(new HealthError("No bucket.")) },
    { name: "secret", needed: true, run: () => Promise.reject(new Error("password hunter2")) },
  ]);
  assert.equal(told.error, "No bucket.");
  assert.doesNotMatch(secret.error ?? "", /hunter2/);
  assert.match(String(logged.events[1].cause), /hunter2/);
});

Deno.test("the image engines are started and used", async () => {
  await checkEngines();
});

Deno.test("API4.ai's version is requested at the host of its results", async () => {
  for (
    const [url, version, header] of [
      [
        "https://api4ai.cloud/img-bg-removal/v1/cars/results",
        "https://api4ai.cloud/img-bg-removal/v1/version",
        "x-api-key",
      ],
      [
        "https://cars-image-background-removal.p.rapidapi.com/v1/results",
        "https://cars-image-background-removal.p.rapidapi.com/v1/version",
        "x-rapidapi-key",
      ],
      ["https://proxy.example.com/results", "https://proxy.example.com/version", "x-api-key"],
    ]
  ) {
    using api4ai = new FakeFetch([() => Response.json({ version: "1" })]);
    await checkApi4ai({ url, key: "k" }, new AbortController().signal);
    assert.equal(api4ai.requests[0].url, version);
    assert.equal(api4ai.requests[0].headers.get(header), "k");
  }
});

Deno.test("an API4.ai that fails, or is not configured, is reported", async () => {
  const { signal } = new AbortController();
  const url = "https://api4ai.cloud/img-bg-removal/v1/cars/results";
  using _ = new FakeFetch([() => new Response("no", { status: 502 })]);
  await assert.rejects(checkApi4ai({ url }, signal), /status 502/);
  await assert.rejects(checkApi4ai({ url }, signal), /could not be reached/);
  await assert.rejects(checkApi4ai({}, signal), /set API4AI_KEY/);
});
