// Proves over HTTP what a stream of events contains, from the first step to the answer.
import assert from "node:assert/strict";
import { startStack } from "../../dev/stack.ts";
import { expectError, expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { Collector } from "../helpers/collector.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { readEvents } from "../helpers/read_events.ts";
import { until } from "../helpers/until.ts";

const photo = await fixture("small.jpg");
const EVENTS = { accept: "text/event-stream" };
const STEPS = ["queue", "decode", "background", "crop", "detail", "grid", "processed"];
const UPLOAD = "upload_to_storage=true";

onBothDenos("a caller that requests events receives each step as it begins", {
  STORAGE_TIMEOUT_MS: "1000",
}, async (t, stack) => {
  const admin = { authorization: `Bearer ${stack.adminToken}` };
  const send = (query = "", headers: HeadersInit = { ...admin, ...EVENTS }) =>
    sendBytes(stack.functionUrl, headers, photo, query);

  await t.step("the last event is the answer", async () => {
    const { steps, answer } = await readEvents(await send(UPLOAD));
    // The largest variant comes first: for this photo `detail`.
    assert.deepEqual(steps, [...STEPS, "store"]);
    assert.equal(answer.status, 200);
    assert.match(answer.headers["server-timing"], /total;dur=/);
    assert.ok(answer.body.success && answer.body.served_by === "new");
    const { grid } = answer.body.storage_urls!;
    const stored = await fetch(grid!);
    await stored.body?.cancel();
    assert.equal(stored.status, 200);
  });

  await t.step("the last event contains the images, as an answer without events does", async () => {
    const { answer } = await readEvents(await send("force=true"));
    const { body: plain } = await expectReply(send("force=true", admin));
    assert.ok(answer.body.success && answer.body.served_by === "new");
    assert.equal(answer.body.detail, plain.detail);
    assert.deepEqual(answer.body.metadata.detail, plain.metadata.detail);
  });

  await t.step("a stored result is answered at once, without events", async () => {
    const { body } = await expectReply(send(UPLOAD));
    assert.equal(body.metadata.reused, true);
  });

  await t.step("a refusal before the first step has its own status", async () => {
    await expectError(send("", EVENTS), "missing_credential");
    await expectError(send("padding=-1"), "invalid_options");
    const text = new TextEncoder().encode("no photo");
    const sent = sendBytes(stack.functionUrl, { ...admin, ...EVENTS }, text);
    await expectError(sent, "unsupported_image_type");
  });

  await t.step(
    "a failure after the first step is an error in the answer, with its Retry-After",
    async () => {
      stack.faults.next("POST", /object\/car-images/, { kind: "status", status: 500 }, 100);
      const response = await send(`${UPLOAD}&force=true`);
      const id = response.headers.get("x-request-id");
      const { steps, answer } = await readEvents(response);
      stack.faults.clear();
      assert.equal(steps.at(-1), "store");
      assert.equal(answer.status, 502);
      assert.ok(Number(answer.headers["retry-after"]) > 0);
      assert.ok(!answer.body.success);
      assert.equal(answer.body.error.code, "storage_failed");
      assert.equal(answer.body.request_id, id);
    },
  );

  await t.step(
    "a caller that leaves the stream is detected, and no further step runs",
    async () => {
      stack.simulator!.reset();
      stack.simulator!.behave([{ kind: "hang" }]);
      await stack.supabase.query("delete from storage.objects");
      // Directly: the gateway would have to detect the disconnect first.
      const response = await sendBytes(
        `${stack.function.url}/process-image`,
        {
          ...admin,
          ...EVENTS,
        },
        photo,
        UPLOAD,
      );
      await until(() => stack.simulator!.requests.length === 1);
      await response.body!.cancel();
      await until(() => stack.function.logs.some((line) => line.includes('"event":"aborted"')));
      const stored = "select name from storage.objects where bucket_id = 'car-images'";
      assert.deepEqual(await stack.supabase.query(stored), []);
    },
  );
});

onBothDenos("on SIGTERM a photo whose events are read is finished", {
  API4AI_TIMEOUT_MS: "2000",
}, async (_, stack) => {
  stack.simulator!.behave([{ kind: "hang" }]);
  const headers = { authorization: `Bearer ${stack.adminToken}`, ...EVENTS };
  const { steps, answer } = await readEvents(
    await sendBytes(stack.functionUrl, headers, photo, UPLOAD),
    (step) => {
      if (step === "background") Deno.kill(stack.process!.pid, "SIGTERM");
    },
  );
  assert.equal(steps.at(-1), "store");
  assert.equal(answer.status, 200);
  assert.ok(answer.body.success && answer.body.served_by === "new");
  assert.equal(answer.body.warnings[0].code, "background_removal_timeout");
  assert.equal((await stack.process!.ended).code, 0);
});

Deno.test("the span of a photo with events lasts until their end, and has the answer's status", async () => {
  await using collector = new Collector();
  const stack = await startStack({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
  try {
    stack.faults.next("POST", /object\/car-images/, { kind: "status", status: 400 }, 100);
    const headers = { apikey: stack.secretKey, ...EVENTS };
    const { answer } = await readEvents(
      await sendBytes(stack.functionUrl, headers, photo, UPLOAD),
    );
    await until(() => collector.deliveries.length > 0);
    const [server, ...steps] = collector.deliveries[0].spans;
    const status = server.attributes!.find(({ key }) => key === "http.response.status_code")!;
    assert.equal(Object.values(status.value)[0], String(answer.status));
    assert.equal(answer.status, 502);
    assert.ok(steps.some(({ name }) => name === "store"));
  } finally {
    stack.faults.clear();
    await stack.close();
  }
});
