// Proves over HTTP what the metrics count, and that a failing database delays no answer.
import assert from "node:assert/strict";
import type { Stack } from "../../dev/stack.ts";
import { startStack } from "../../dev/stack.ts";
import { type MetricsReply, metricsSchema } from "../../shared/status/metrics_schema.ts";
import { expectError, expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { assertDocumented } from "../helpers/contract.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { seen, until } from "../helpers/until.ts";
import { type ParsedMetric, parseExposition } from "../telemetry/metrics/exposition.ts";

const photo = await fixture("small.jpg");
const noPhoto = new TextEncoder().encode("hello") as Uint8Array<ArrayBuffer>;
const RECORD = /^\/rest\/v1\/rpc\/process_image_record$/;
const STATISTICS = /^\/rest\/v1\/rpc\/processing_runs_statistics$/;
const TEXT = "text/plain; version=0.0.4; charset=utf-8";

const adminOf = ({ adminToken }: Stack) => ({ authorization: `Bearer ${adminToken}` });
const send = (stack: Stack, body = photo) =>
  sendBytes(stack.functionUrl, adminOf(stack), body, "variants=grid");
const ask = ({ functionUrl, secretKey }: Stack, query = "", headers: HeadersInit = {}) =>
  fetch(`${functionUrl}/metrics${query}`, { headers: { apikey: secretKey, ...headers } });

async function figuresOf(stack: Stack): Promise<MetricsReply> {
  const response = await ask(stack);
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type")!, /^application\/json/);
  assert.equal(response.headers.get("cache-control"), "no-store");
  const text = await response.text();
  assertDocumented(response, text);
  return metricsSchema.parse(JSON.parse(text));
}

async function textOf(response: Response): Promise<Map<string, ParsedMetric>> {
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), TEXT);
  const text = await response.text();
  assertDocumented(response, text);
  return parseExposition(text);
}

function valueOf(metrics: Map<string, ParsedMetric>, name: string, server = "new"): number {
  const of = ({ labels }: ParsedMetric["samples"][number]) =>
    (labels.served_by ?? server) === server;
  return metrics.get(name)!.samples.find(of)!.value;
}

/** Waits until this many runs are recorded, which happens after their answers. */
async function recorded({ supabase }: Stack, runs: number): Promise<Record<string, unknown>[]> {
  const sql = "select * from public.processing_runs order by started_at";
  const look = () => supabase.query<Record<string, unknown>>(sql);
  return await seen(look, ({ length }) => length >= runs);
}

// Nothing is cached, so each photo calls API4.ai.
const ASKED = { CUTOUT_BUCKET: "none" };

onBothDenos("the metrics report the photos' outcomes", ASKED, async (t, stack) => {
  const { functionUrl, signer, simulator } = stack;
  const url = `${functionUrl}/metrics`;
  await t.step("only admins and secret keys may read the metrics", async () => {
    await expectError(fetch(url), "missing_credential");
    const authorization = `Bearer ${await signer.sign()}`;
    await expectError(fetch(url, { headers: { authorization } }), "forbidden");
    await expectError(
      fetch(url, { headers: { apikey: stack.publishableKey } }),
      "missing_credential",
    );
    const admin = await fetch(url, { headers: adminOf(stack) });
    assert.equal(admin.status, 200);
    await admin.body?.cancel();
    const posted = await expectError(fetch(url, { method: "POST" }), "method_not_allowed");
    assert.equal(posted.headers.get("allow"), "GET, OPTIONS");
    const { body } = await expectError(ask(stack, "?format=xml"), "invalid_request");
    assert.deepEqual(body.error.details, {
      field: "format",
      expected: "json or prometheus",
      received: "xml",
    });
  });
  await t.step("before the first photo the metrics are empty, without rates", async () => {
    const { isolate, project, database, requests, success_rate, p95 } = await figuresOf(stack);
    assert.deepEqual([requests, success_rate, p95, database], [0, null, null, "ok"]);
    assert.equal(isolate.new.requests, 0);
    assert.equal(project!.last_day.all.requests, 0);
  });
  await t.step("successes, failures and calls of API4.ai are counted", async () => {
    await expectReply(send(stack));
    simulator!.behave({ kind: "failure", message: "Processing failed" });
    await expectReply(send(stack));
    simulator!.reset();
    await expectError(send(stack, noPhoto), "unsupported_image_type");
    // A refused caller is not counted: otherwise anyone could change the figures.
    await expectError(sendBytes(functionUrl, {}, photo), "missing_credential");
    const rows = await recorded(stack, 3);
    const known = rows.map(({ outcome, error_code, served_by, api4ai, bytes_in, warnings }) => [
      ...[outcome, error_code, served_by, api4ai, bytes_in, warnings],
    ]);
    assert.deepEqual(known, [
      ["success", null, "new", "called", photo.length, []],
      ["success", null, "new", "called", photo.length, ["background_removal_failed"]],
      ["failure", "unsupported_image_type", "new", "none", noPhoto.length, []],
    ]);
    const steps = rows[0].steps_ms as Record<string, number>;
    assert.ok(steps.decode > 0 && Object.keys(steps).length >= 5);
    assert.ok(Number(rows[0].cpu_ms) > 0 && Number(rows[0].total_ms) > 0);
    assert.ok(Number(rows[0].width_in) > 0 && Number(rows[0].bytes_out) > 0);
    const reply = await figuresOf(stack);
    const { last_hour, last_day } = reply.project!;
    for (
      const figures of [reply, reply.isolate.new, reply.isolate.all, last_hour.new, last_day.all]
    ) {
      assert.equal(figures.requests, 3);
      assert.equal(figures.successes, 2);
      assert.equal(figures.failures, 1);
      assert.deepEqual(figures.failures_by_code, { unsupported_image_type: 1 });
      assert.equal(figures.api4ai_calls, 2);
      assert.equal(figures.success_rate, 2 / 3);
      assert.equal(figures.avg_processing_time, figures.total_processing_time / 3);
      assert.ok(figures.p50! > 0 && figures.p95! >= figures.p50!);
    }
    for (const { legacy, shadow } of [reply.isolate, last_hour, last_day]) {
      assert.deepEqual([legacy.requests, shadow.requests], [0, 0]);
    }
  });
  await t.step("Prometheus reads the same figures with any of its Accept headers", async () => {
    const asked = [
      ask(stack, "", { accept: "text/plain" }),
      ask(stack, "", { accept: "application/openmetrics-text;version=1.0.0,*/*;q=0.1" }),
      ask(stack, "?format=prometheus", { accept: "application/json" }),
    ];
    for (const response of asked) {
      const metrics = await textOf(await response);
      assert.equal(valueOf(metrics, "process_image_database_up"), 1);
      for (const prefix of ["process_image", "process_image_isolate"]) {
        assert.equal(valueOf(metrics, `${prefix}_requests_total`), 3);
        assert.equal(valueOf(metrics, `${prefix}_requests_total`, "legacy"), 0);
        assert.equal(valueOf(metrics, `${prefix}_successes_total`), 2);
        assert.equal(valueOf(metrics, `${prefix}_api4ai_calls_total`), 2);
        assert.deepEqual(metrics.get(`${prefix}_failures_total`)!.samples, [{
          name: `${prefix}_failures_total`,
          labels: { served_by: "new", code: "unsupported_image_type" },
          value: 1,
        }]);
      }
    }
    const json = await ask(stack, "?format=json", { accept: "text/plain" });
    metricsSchema.parse(await json.json());
  });
});

onBothDenos(
  "a database that is down affects only the project's figures",
  {},
  async (t, stack) => {
    const notRecorded = () =>
      stack.function.logs.filter((line) => line.includes("runs_not_recorded")).length;
    await t.step(
      "photos are answered, and the isolate's own figures are marked as such",
      async () => {
        for (const path of [RECORD, STATISTICS]) {
          stack.faults.next("POST", path, { kind: "status", status: 503 }, Infinity);
        }
        for (const calls of [1, 2]) {
          await expectReply(send(stack));
          await until(() => stack.faults.calls.length >= 2 * calls);
        }
        const reply = await figuresOf(stack);
        assert.equal(reply.database, "unavailable");
        assert.equal(reply.project, null);
        assert.equal(reply.requests, 2);
        assert.equal(reply.isolate.new.successes, 2);
        const metrics = await textOf(await ask(stack, "?format=prometheus"));
        assert.equal(valueOf(metrics, "process_image_database_up"), 0);
        assert.equal(valueOf(metrics, "process_image_isolate_requests_total"), 2);
        assert.ok(!metrics.has("process_image_requests_total"));
        await until(() => notRecorded() === 1);
      },
    );
    await t.step("after it returns, runs from the outage are recorded, too", async () => {
      stack.faults.clear();
      await expectReply(send(stack));
      assert.equal((await recorded(stack, 3)).length, 3);
      assert.equal((await figuresOf(stack)).project!.last_hour.new.requests, 3);
      assert.equal(notRecorded(), 1, "one line an isolate");
    });
    await t.step(
      "a database that hangs delays no answer; an unconfirmed record counts once",
      async () => {
        stack.faults.next("POST", RECORD, { kind: "lost-answer" });
        await expectReply(send(stack));
        await expectReply(send(stack));
        await expectReply(send(stack));
        await recorded(stack, 6);
        const { project } = await figuresOf(stack);
        assert.equal(project!.last_hour.new.requests, 6);
      },
    );
    await t.step("the figures have a timeout for a database that hangs", async () => {
      stack.faults.next("POST", STATISTICS, { kind: "hang" });
      assert.equal((await figuresOf(stack)).database, "unavailable");
    });
  },
);

onBothDenos(
  "a refusal for lack of CPU is counted",
  { CPU_BUDGET_MS: "20" },
  async (_, stack) => {
    await expectError(send(stack), "isolate_busy");
    const [row] = await recorded(stack, 1);
    assert.deepEqual([row.error_code, row.bytes_in, row.width_in], ["isolate_busy", 0, null]);
    assert.deepEqual((await figuresOf(stack)).failures_by_code, { isolate_busy: 1 });
  },
);

onBothDenos("on SIGTERM the process ends after its runs are recorded", {}, async (_, stack) => {
  await expectReply(send(stack));
  Deno.kill(stack.process!.pid, "SIGTERM");
  assert.equal((await stack.process!.ended).code, 0);
  const [row] = await stack.supabase.query("select count(*)::int as n from public.processing_runs");
  assert.deepEqual(row, { n: 1 });
});

Deno.test({
  name: "the run of a photo whose isolate ends with its answer is recorded",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    // Its start retires it: it ends as soon as it is idle. Without a budget it serves the photo itself on a slow machine, too.
    const stack = await startStack({
      runtime: "hosted",
      env: { CPU_BUDGET_MS: "0" },
      hosted: { parallelism: 1, limits: { cpuSoftMs: 50, cpuHardMs: 10_000 } },
    });
    try {
      await expectReply(send(stack));
      const { isolates } = stack.hosted!;
      await until(() => isolates.every(({ endedBecause }) => endedBecause !== undefined));
      assert.deepEqual(isolates.map(({ endedBecause }) => endedBecause), ["early_drop"]);
      const [row] = await stack.supabase.query(
        "select count(*)::int as n from public.processing_runs",
      );
      assert.deepEqual(row, { n: 1 }, `${JSON.stringify(row)} ${stack.hosted!.logs.join(" ")}`);
    } finally {
      await stack.close();
    }
  },
});

onBothDenos(
  "legacy answers and shadow runs are counted separately",
  { ROLLOUT_PERCENT: "0", SHADOW_PERCENT: "100" },
  async (_, stack) => {
    const response = await send(stack);
    assert.equal((await response.json()).served_by, "legacy");
    const rows = await recorded(stack, 2);
    assert.deepEqual(
      rows.map(({ served_by, is_shadow, outcome }) => [served_by, is_shadow, outcome]).sort(),
      [["legacy", false, "success"], ["new", true, "success"]],
    );
    const reply = await figuresOf(stack);
    for (const { all, legacy, shadow, new: own } of [reply.isolate, reply.project!.last_hour]) {
      const requests = [all, legacy, shadow, own].map((figures) => figures.requests);
      assert.deepEqual(requests, [1, 1, 1, 0]);
    }
    const metrics = await textOf(await ask(stack, "?format=prometheus"));
    assert.equal(valueOf(metrics, "process_image_requests_total", "legacy"), 1);
    assert.equal(valueOf(metrics, "process_image_requests_total", "shadow"), 1);
  },
  { legacy: true },
);
