// Proves how an isolate without room hands a photo over to another one: what it sends, what it returns, and what
// happens if no other isolate answers.
import assert from "node:assert/strict";
import { workDone } from "../../shared/telemetry/after_response.ts";
import { MemoryBudget } from "../../shared/isolate/memory_budget.ts";
import { InternalSigner } from "../../shared/http/internal_signer.ts";
import { handOver, hopsOf } from "../../shared/photo/hand_over.ts";
import { PhotoJob } from "../../shared/photo/photo_job.ts";
import type { ReceivedPhoto } from "../../shared/photo/received_photo.ts";
import { parseBody } from "../../shared/photo/body/parse_body.ts";
import { expectError } from "../helpers/call.ts";
import { ConsoleLines } from "../helpers/console_lines.ts";
import { Elsewhere, full, photo, processed, send } from "../helpers/full_isolate.ts";
import { readEvents } from "../helpers/read_events.ts";

Deno.test("a full isolate's photo is answered by another one, under the same id", async () => {
  await using elsewhere = new Elsewhere();
  const response = await full(elsewhere).fetch(send({ "x-request-id": "photo-1" }));
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { success: true });
  assert.equal(response.headers.get("x-request-id"), "photo-1");
  assert.equal(response.headers.get("server-timing"), "total;dur=1");
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.equal(response.headers.get("set-cookie"), null);
  assert.equal(elsewhere.requests[0].headers.get("x-process-image-hops"), "1");
  assert.equal(elsewhere.requests[0].headers.get("x-request-id"), "photo-1");
});

Deno.test("a hand-over has the caller's own credential, and no other headers", async () => {
  await using elsewhere = new Elsewhere();
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const headers = {
    authorization: "Bearer x",
    traceparent,
    tracestate: "vendor=1",
    cookie: "a=b",
    "x-forwarded-for": "::1",
  };
  await (await full(elsewhere).fetch(send(headers))).body?.cancel();
  const sent = elsewhere.requests[0].headers;
  assert.equal(sent.get("authorization"), "Bearer x");
  assert.equal(sent.get("apikey"), "key");
  // The trace continues: its id is the caller's, and the parent of what follows is this request.
  assert.match(
    sent.get("traceparent") ?? "",
    /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
  );
  assert.equal(sent.get("tracestate"), "vendor=1");
  assert.equal(sent.get("cookie"), null);
  assert.equal(sent.get("x-forwarded-for"), null);
});

Deno.test("a caller that reads events receives the hand-over as a step, and the other isolate's answer at the end", async () => {
  await using elsewhere = new Elsewhere();
  const error = { code: "invalid_image", message: "The image is damaged.", retryable: false };
  const reply = { success: false, error, request_id: "photo-1" };
  // An answer with line breaks, which events must not contain.
  elsewhere.answers.push((request) => {
    const answer = processed(request, 422);
    return new Response(JSON.stringify(reply, null, 2), answer);
  });
  const response = await full(elsewhere).fetch(send({ accept: "text/event-stream" }));
  const { steps, answer } = await readEvents(response);
  assert.deepEqual(steps, ["queue", "hand_over"]);
  const { status, headers, body } = answer;
  assert.deepEqual([status, headers["server-timing"], body], [422, "total;dur=1", reply]);
  assert.equal(elsewhere.requests[0].headers.get("accept")?.includes("event-stream"), false);
});

Deno.test("a stream of events ends without an answer if the other isolate's answer breaks off", async () => {
  await using elsewhere = new Elsewhere();
  using logged = new ConsoleLines();
  elsewhere.answers.push((request) => {
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('{"success":'));
        // Without a stack, since the server logs it, and the test intends it.
        controller.error(Object.assign(new Error("broken off"), { stack: "" }));
      },
    });
    return new Response(body, processed(request));
  });
  const response = await full(elsewhere).fetch(send({ accept: "text/event-stream" }));
  const { steps, answer } = await readEvents(response);
  assert.deepEqual(steps, ["queue", "hand_over"]);
  assert.equal(answer, undefined);
  await workDone();
  assert.ok(logged.events.some(({ event }) => event === "background_work_failed"));
});

Deno.test("the other isolate reads the same photo and the same settings", async () => {
  await using elsewhere = new Elsewhere();
  const isolate = full(elsewhere);
  const options = {
    skip_background_removal: true,
    padding: 7,
    shadow: "drop",
    fit: "cover",
    format: "jpeg",
    quality: 55,
    background: "#12ab9f",
    framing: { car_width: 0.9 },
    variants: ["detail", "grid"],
  };
  const settings = {
    filename: "Mein Auto & ä=1.jpg",
    upload_to_storage: true,
    return_images: true,
    force: true,
  };
  const json = (body: unknown) =>
    new Request("http://localhost/process-image", {
      method: "POST",
      headers: { apikey: "key", "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const image_base64 = btoa(String.fromCharCode(...photo));
  const bodies = [
    { image_base64, options, ...settings },
    { image_base64, upload_to_storage: true, vehicle_id: "0042" },
    { image_base64 },
    { storage_path: { bucket: "car-originals", path: "ä b/#1?.jpg" }, options, ...settings },
    { image_base64, ...settings, vehicle_id: "car", position: 0 },
  ];
  for (const body of bodies) {
    const memory = new MemoryBudget(Infinity).reserve();
    const expected = await parseBody(json(body), { maxImageBytes: 1e7, memory });
    assert.ok(expected.ok);
    await (await isolate.fetch(json(body))).body?.cancel();
    assert.deepEqual(elsewhere.inputs.pop(), expected.value);
  }
});

Deno.test("an error of the other isolate is the answer, with its Retry-After", async () => {
  await using elsewhere = new Elsewhere();
  const error = { success: false, error: { code: "storage_failed" } };
  elsewhere.answers = [(request) => processed(request, 502, error)];
  const response = await full(elsewhere).fetch(send());
  assert.equal(response.status, 502);
  assert.equal(response.headers.get("retry-after"), "7");
  assert.deepEqual(await response.json(), error);
});

Deno.test("the host's own failures are retried, and the caller is then asked to retry", async () => {
  await using elsewhere = new Elsewhere();
  const platform = (status: number) => () => Response.json({ code: "WORKER_LIMIT" }, { status });
  elsewhere.answers = [platform(500), platform(546)];
  const response = await full(elsewhere).fetch(send());
  assert.equal(response.status, 200);
  await response.body?.cancel();
  assert.equal(elsewhere.requests.length, 3);

  elsewhere.answers = [platform(503), platform(503), platform(503)];
  const { body, headers } = await expectError(full(elsewhere).fetch(send()), "isolate_busy");
  assert.match(headers.get("retry-after")!, /^[1-5]$/);
  assert.match(body.error.message, /Send the photo again/);
});

Deno.test("a request is handed over three times at most", async () => {
  await using elsewhere = new Elsewhere();
  let next = send();
  for (const hops of ["1", "2", "3"]) {
    await (await full(elsewhere).fetch(next)).body?.cancel();
    const { headers } = elsewhere.requests.pop()!;
    assert.equal(headers.get("x-process-image-hops"), hops);
    next = send(Object.fromEntries(headers));
  }
  await expectError(full(elsewhere).fetch(next), "isolate_busy");
  assert.equal(elsewhere.requests.length, 0);
});

Deno.test("isolates that have each done a part hand a photo over ten times at most", async () => {
  await using elsewhere = new Elsewhere();
  const memory = new MemoryBudget(Infinity).reserve();
  const request = send();
  const photo = await parseBody(send(), { maxImageBytes: 1e7, memory });
  assert.ok(photo.ok);
  const { admission } = full(elsewhere);
  const signer = new InternalSigner(["key"]);
  const deps = { admission, functionUrl: elsewhere.url, signer };
  const handsOver = async (hops: number, hasProgressed: boolean) => {
    const job = Object.assign(new PhotoJob("photo-1"), { hasProgressed });
    const caller = { kind: "server", key: "key" } as const;
    const received = { request, photo: photo.value, caller, hops } as ReceivedPhoto;
    const response = await handOver(job, received, deps);
    await response?.body?.cancel();
    const { headers } = elsewhere.requests.pop() ?? {};
    const signed = headers && await hopsOf(headers, "photo-1", caller, signer);
    assert.equal(signed, response ? hops + 1 : undefined); // the next isolate believes it
    return response !== null;
  };
  assert.deepEqual([await handsOver(2, false), await handsOver(3, false)], [true, false]);
  assert.deepEqual([await handsOver(3, true), await handsOver(9, true)], [true, true]);
  assert.equal(await handsOver(10, true), false);
});

Deno.test("an isolate that still receives requests is retired first", async () => {
  await using elsewhere = new Elsewhere();
  const isolate = full(elsewhere);
  const self = (request: Request) =>
    new Response(null, {
      headers: { "x-process-image-isolate": request.headers.get("x-process-image-isolate")! },
    });
  elsewhere.probes = [self, self];
  const response = await isolate.fetch(send());
  assert.equal(response.status, 200);
  await response.body?.cancel();
  assert.equal(elsewhere.probes.length, 0);
  assert.ok(isolate.admission.usedMs >= 1_050, `${isolate.admission.usedMs}`);
});

Deno.test("an isolate recognizes only itself", async () => {
  await using elsewhere = new Elsewhere();
  const isolate = full(elsewhere);
  let id = "";
  elsewhere.probes = [(request) => {
    id = request.headers.get("x-process-image-isolate")!;
    return Response.json({});
  }];
  await (await isolate.fetch(send())).body?.cancel();
  const probe = async (headers: Record<string, string>) => {
    const response = await isolate.fetch(
      new Request("http://localhost/process-image/health", { headers }),
    );
    await response.body?.cancel();
    return response.headers.has("x-process-image-isolate");
  };
  assert.equal(await probe({ "x-process-image-isolate": id }), true);
  assert.equal(await probe({ "x-process-image-isolate": crypto.randomUUID() }), false);
  assert.equal(await probe({}), false);
});

Deno.test("if the function's address does not answer, the caller is asked to retry, and the log contains the reason", async () => {
  const gone = new Elsewhere();
  await gone[Symbol.asyncDispose]();
  const logged: string[] = [];
  const original = console.warn;
  console.warn = (line: string) => logged.push(line);
  try {
    await expectError(full(gone).fetch(send()), "isolate_busy");
  } finally {
    console.warn = original;
  }
  assert.match(logged[0], /"event":"function_url_unreachable".*"cause":"TypeError/);
});

Deno.test("a caller's disconnect reaches the other isolate", async () => {
  await using elsewhere = new Elsewhere();
  const asked = Promise.withResolvers<Request>();
  const caller = new AbortController();
  elsewhere.answers = [(request) => {
    asked.resolve(request);
    const until = new ReadableStream({
      start: (controller) => request.signal.addEventListener("abort", () => controller.close()),
    });
    return new Response(until);
  }];
  const answer = full(elsewhere).fetch(send({}, "", caller.signal));
  const request = await asked.promise;
  const gone = Promise.withResolvers<void>();
  request.signal.addEventListener("abort", () => gone.resolve());
  caller.abort();
  await gone.promise;
  await answer.then((response) => response.body?.cancel());
});

Deno.test("a full isolate answers authenticated callers, and does not read other callers' bodies", async () => {
  await using elsewhere = new Elsewhere();
  const { admission, fetch } = full(elsewhere);
  const visits = Array.from({ length: 8 }, () => admission.permit(0));
  assert.equal(visits.every(Boolean), true);
  const unknown = send({ apikey: "" });
  await expectError(fetch(unknown), "missing_credential");
  assert.equal(unknown.bodyUsed, false);
  const known = send();
  await expectError(fetch(known), "isolate_busy");
  assert.equal(known.bodyUsed, true);
});
