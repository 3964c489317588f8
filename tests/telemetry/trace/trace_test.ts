// Proves over HTTP that a request's trace continues through the function.
import assert from "node:assert/strict";
import { startStack } from "../../../dev/stack.ts";
import { Collector } from "../../helpers/collector.ts";
import { expectError, expectReply, fixture, sendBytes } from "../../helpers/call.ts";
import { until } from "../../helpers/until.ts";
import { denosOfForm } from "../../helpers/test_form.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const photo = await fixture("small.jpg");

for (const deno of denosOfForm()) {
  Deno.test(`a photo's trace goes from its caller to API4.ai, Storage and a collector (Deno ${deno})`, async (t) => {
    await using collector = new Collector();
    const storage: string[] = [];
    const stack = await startStack({
      deno,
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
        OTEL_EXPORTER_OTLP_HEADERS: "x-collector-key=secret%20key",
        OTEL_SERVICE_NAME: "photos",
      },
    });
    const { faults } = stack;
    const route = faults.route.bind(faults);
    faults.route = (request) => {
      const { pathname } = new URL(request.url);
      if (/^\/(storage|rest)\/v1\//.test(pathname)) {
        storage.push(`${pathname} ${request.headers.get("traceparent")}`);
      }
      return route(request);
    };
    const auth = { apikey: stack.secretKey };
    const send = (headers: Record<string, string>, query = "") =>
      sendBytes(stack.functionUrl, { ...auth, ...headers }, photo, query);
    const next = async (count: number) => {
      await until(() => collector.deliveries.length >= count);
      return collector.deliveries[count - 1];
    };
    /** Makes the photo unique, so that nothing is cached or stored for it. */
    const forget = () => stack.supabase.query("delete from storage.objects");
    try {
      await t.step("its span is the parent of its calls", async () => {
        const traceparent = `00-${TRACE}-${PARENT}-01`;
        const { headers, body } = await expectReply(
          send({ traceparent, tracestate: "vendor=1" }, "upload_to_storage=true"),
        );
        assert.equal(headers.get("traceparent"), null);
        const { path, headers: sent, service, spans } = await next(1);
        assert.equal(path, "/v1/traces");
        assert.equal(sent.get("x-collector-key"), "secret key");
        assert.match(service, /"service.name".*"photos"/);
        const [server, ...steps] = spans;
        assert.deepEqual([server.traceId, server.parentSpanId, server.traceState, server.kind], [
          TRACE,
          PARENT,
          "vendor=1",
          2,
        ]);
        const attributes = Object.fromEntries(
          server.attributes!.map(({ key, value }) => [key, Object.values(value)[0]]),
        );
        assert.equal(attributes["http.request.method"], "POST");
        assert.equal(attributes["http.response.status_code"], "200");
        assert.equal(attributes["process_image.request_id"], body.request_id);
        assert.match(attributes["url.path"], /process-image$/);

        const own = `00-${TRACE}-${server.spanId}-01`;
        const received = stack.simulator!.requests.at(-1)!.headers;
        assert.equal(received.get("traceparent"), own);
        assert.equal(received.get("tracestate"), "vendor=1");
        const uploads = storage.filter((call) => call.includes("/object/car-images/"));
        assert.equal(uploads.length, 4); // three variants and their manifest
        for (const call of uploads) assert.ok(call.endsWith(own), call);

        const names = steps.map(({ name }) => name);
        for (const name of ["auth", "body", "decode", "background", "processed", "store"]) {
          assert.ok(names.includes(name), name);
        }
        assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, spans.length);
        for (const step of steps) {
          assert.deepEqual([step.traceId, step.parentSpanId, step.kind], [TRACE, server.spanId, 1]);
          const [from, to] = [BigInt(step.startTimeUnixNano), BigInt(step.endTimeUnixNano)];
          assert.ok(BigInt(server.startTimeUnixNano) <= from && from <= to, step.name);
          assert.ok(to <= BigInt(server.endTimeUnixNano), step.name);
        }
      });
      await t.step("every log line of the request has both ids", async () => {
        await forget();
        stack.simulator!.behave({ kind: "failure", message: "no" });
        await expectReply(
          send({ traceparent: `00-${TRACE}-${PARENT}-01`, "x-request-id": "photo-2" }),
        );
        stack.simulator!.reset();
        await next(2);
        const lines = stack.function.logs.filter((line) => line.includes('"photo-2"'))
          .map((line) => JSON.parse(line));
        assert.deepEqual(lines.map(({ event }) => event), ["background_kept", "processed"]);
        for (const { trace_id } of lines) assert.equal(trace_id, TRACE);
        assert.ok(lines[1].timings_ms.decode > 0);
      });
      await t.step("a refused request has a span, too, and a failure is marked", async () => {
        await expectError(send({}, "padding=wide"), "invalid_options");
        const { spans: [refused] } = await next(3);
        assert.equal(refused.parentSpanId, undefined);
        assert.notEqual(refused.traceId, TRACE);
        assert.equal(refused.status, undefined);
        faults.next("POST", /\/object\/car-images\//, { kind: "status", status: 500 }, 99);
        await expectError(send({}, "upload_to_storage=true&variants=grid"), "storage_failed");
        faults.clear();
        const { spans: [failed] } = await next(4);
        assert.deepEqual(failed.status, { code: 2 });
        assert.ok(failed.attributes!.some(({ key }) => key === "error.type"));
      });
      await t.step(
        "unsampled requests and health checks are not sent",
        async () => {
          await forget();
          await expectReply(send({ traceparent: `00-${TRACE}-${PARENT}-00` }, "variants=grid"));
          await (await fetch(`${stack.functionUrl}/health`)).body?.cancel();
          assert.match(
            stack.simulator!.requests.at(-1)!.headers.get("traceparent") ?? "",
            new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`),
          );
          await expectError(send({ "x-request-id": "last" }, "nonsense=1"), "invalid_request");
          const { spans: [last] } = await next(5);
          assert.ok(JSON.stringify(last.attributes).includes('"last"'));
        },
      );
      await t.step(
        "a failing collector is logged once, and fails no answer",
        async () => {
          collector.answer = () => new Response("no", { status: 500 });
          for (const count of [6, 7]) {
            await expectError(send({}, "nonsense=1"), "invalid_request");
            await next(count);
          }
          await until(() => stack.function.logs.some((line) => line.includes("spans_not_sent")));
          await expectReply(send({}, "variants=grid"));
          const warnings = stack.function.logs.filter((line) => line.includes("spans_not_sent"));
          assert.equal(warnings.length, 1);
        },
      );
    } finally {
      await stack.close();
    }
  });
}
