// Proves how the client decodes errors, retries, reads event streams and aborts, against a fake function.
import assert from "node:assert/strict";
import { processImage } from "../../client/mod.ts";
import { ERROR_CATALOGUE, type ErrorCode } from "../../shared/errors.ts";
import { eventStream, fakeFunction, type Reaction, REPLY } from "./fake_function.ts";
import { QuickClock } from "./quick_clock.ts";

const PHOTO = new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0])]);

async function errorOf(...reactions: Reaction[]) {
  using clock = new QuickClock();
  const { supabase, calls } = fakeFunction(...reactions);
  const { data, error } = await processImage(supabase, PHOTO);
  assert.equal(data, null);
  assert.doesNotMatch(JSON.stringify(error.message), /secret-token|sb_publishable/);
  assert.match(error.message, /^[A-Z].*\.$/, "a sentence");
  return { error, calls: calls.length, waits: clock.waits };
}

function refusal(code: ErrorCode, headers: HeadersInit = {}): Response {
  const { status, retryable } = ERROR_CATALOGUE[code];
  const error = {
    code,
    message: "What to do.",
    retryable,
    details: { field: "x" },
  };
  return Response.json({ success: false, error, request_id: "r-9" }, {
    status,
    headers,
  });
}

const platform = (status: number, code: string, headers: HeadersInit = {}) =>
  Response.json({ code, message: "platform's words" }, { status, headers });

Deno.test("every documented code is decoded, and only retryable errors are retried", async () => {
  for (const code of Object.keys(ERROR_CATALOGUE) as ErrorCode[]) {
    const { error, calls } = await errorOf(refusal(code));
    const { status, retryable } = ERROR_CATALOGUE[code];
    const { name, message, details, requestId, attempts } = error;
    assert.deepEqual([error.code, error.status, error.retryable], [code, status, retryable]);
    assert.deepEqual({ name, message, details, requestId, attempts }, {
      name: "ProcessImageError",
      message: "What to do.",
      details: { field: "x" },
      requestId: "r-9",
      attempts: retryable ? 5 : 1,
    });
    assert.equal(calls, attempts);
  }
});

Deno.test("the platform's errors are recognized by header or body, and retried", async () => {
  const cases = [
    [500, "WORKER_ERROR", "platform_worker_error"],
    [500, "WorkerAlreadyRetired", "platform_worker_error"],
    [503, "BOOT_ERROR", "platform_boot_error"],
    [504, "IDLE_TIMEOUT", "platform_timeout"],
    [546, "WORKER_LIMIT", "platform_worker_limit"],
    [429, "RATE_LIMITED", "platform_error"],
  ] as const;
  for (const [status, said, code] of cases) {
    const withHeader = new Response("", {
      status,
      headers: { "sb-error-code": said },
    });
    for (const response of [withHeader, platform(status, said)]) {
      const { error, calls } = await errorOf(response);
      assert.deepEqual([error.code, error.status, error.retryable, calls], [code, status, true, 5]);
      assert.deepEqual(error.details, { platform_code: said });
    }
  }
  const refused = await errorOf(platform(401, "UNAUTHORIZED_INVALID_JWT_FORMAT"));
  assert.deepEqual(
    [refused.error.code, refused.error.retryable, refused.calls],
    ["platform_error", false, 1],
  );
});

Deno.test("an answer that is not the function's is an invalid_answer", async () => {
  const html = (status: number) =>
    new Response("<html>Bad Gateway</html>", {
      status,
      headers: { "content-type": "text/html" },
    });
  const facts = async (reaction: Reaction) => {
    const { error, calls } = await errorOf(reaction);
    return [error.code, error.status, error.retryable, calls];
  };
  assert.deepEqual(await facts(html(502)), ["invalid_answer", 502, true, 5]);
  assert.deepEqual(await facts(html(403)), ["invalid_answer", 403, false, 1]);
  assert.deepEqual(await facts(html(200)), ["invalid_answer", 200, false, 1]);
  const inside = {
    success: false,
    error: { code: "internal_error", message: "The status is 200." },
  };
  assert.deepEqual(await facts(Response.json(inside)), ["internal_error", 200, false, 1]);
  assert.deepEqual(await facts(Response.json([])), ["invalid_answer", 200, false, 1]);
  assert.deepEqual(await facts(Response.json(null)), ["invalid_answer", 200, false, 1]);
  const json = { headers: { "content-type": "application/json" } };
  assert.deepEqual(await facts(new Response('{"succ', json)), ["invalid_answer", null, true, 5]);
  assert.deepEqual(await facts(new TypeError("refused")), ["network_failed", null, true, 5]);
});

Deno.test("waits double from half a second with full jitter, up to the number of attempts", async () => {
  const { waits } = await errorOf(refusal("isolate_busy"));
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000]);
  using clock = new QuickClock();
  clock.random = 0.25;
  const { supabase, calls } = fakeFunction(refusal("isolate_busy"));
  const attempts = 9;
  const { error } = await processImage(supabase, PHOTO, {
    retry: { attempts },
  });
  assert.deepEqual(clock.waits, [125, 250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  assert.deepEqual([error?.attempts, calls.length], [9, 9]);
  const once = await processImage(supabase, PHOTO, { retry: { attempts: 1 } });
  assert.deepEqual([once.error?.attempts, calls.length], [1, 10]);
});

Deno.test("Retry-After is the minimum wait, in seconds or as a date", async () => {
  using clock = new QuickClock();
  const inAMinute = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 60_000)
    .toUTCString();
  const { supabase } = fakeFunction(
    refusal("isolate_busy", { "retry-after": "7" }),
    refusal("isolate_busy", { "retry-after": inAMinute }),
    refusal("isolate_busy", { "retry-after": "soon" }),
    Response.json(REPLY),
  );
  const progress: unknown[] = [];
  const { data } = await processImage(supabase, PHOTO, {
    onProgress: ({ stage, attempt, retryInMs, error }) =>
      stage === "retrying" && progress.push([attempt, retryInMs, error?.code]),
  });
  assert.equal(data?.request_id, "r-1");
  const [first, second, third] = clock.waits;
  assert.equal(first, 7_000);
  assert.ok(second > 50_000 && second <= 61_000, String(second));
  assert.equal(third, 2_000);
  assert.deepEqual(progress, [[2, first, "isolate_busy"], [3, second, "isolate_busy"], [
    4,
    third,
    "isolate_busy",
  ]]);
});

Deno.test("a stream's last event is the answer with any status; a stream without one is retried", async () => {
  using _clock = new QuickClock();
  const busy = {
    success: false,
    error: { code: "isolate_busy", message: "Send it again.", retryable: true },
    request_id: "r-2",
  };
  const { supabase, calls } = fakeFunction(
    eventStream(["step", { step: "background" }]),
    eventStream(["step", { step: "decode" }], 'event: answer\ndata: {"status":200,"bo'),
    eventStream(["answer", {
      status: 503,
      headers: { "retry-after": "9" },
      body: busy,
    }]),
    eventStream(
      ': hello\r\n\r\nevent: step\r\ndata: {"step":"store"}\r\n\r\n',
      ["something_new", {}],
      ["answer", { status: 200, headers: {}, body: REPLY }],
    ),
  );
  const progress: unknown[] = [];
  const { data } = await processImage(supabase, PHOTO, {
    onProgress: ({ stage, error, retryInMs }) =>
      progress.push(error ? [error.code, retryInMs] : stage),
  });
  assert.deepEqual(data, REPLY);
  assert.ok(calls.every(({ headers }) => headers.get("accept") === "text/event-stream"));
  assert.deepEqual(progress, [
    ...["preparing", "uploading", "removing_background", ["network_failed", 500]],
    ...["uploading", "waiting", ["network_failed", 1_000]],
    ...["uploading", ["isolate_busy", 9_000]],
    ...["uploading", "storing", "done"],
  ]);
});

Deno.test("an unknown step belongs to the stage before it", async () => {
  const steps = ["queue", "something_new", "background", "crop", "thumb", "grid", "store"];
  const { supabase } = fakeFunction(
    eventStream(
      ...steps.map((step): [string, unknown] => ["step", { step }]),
      ["answer", { status: 200, headers: {}, body: REPLY }],
    ),
  );
  const progress: string[] = [];
  await processImage(supabase, PHOTO, { onProgress: ({ stage }) => void progress.push(stage) });
  const stages = ["waiting", "removing_background", "rendering", "storing"];
  assert.deepEqual(progress, ["preparing", "uploading", ...stages, "done"]);
});

Deno.test("an abort ends the call at every stage, with the caller's reason", async (t) => {
  const hangs = ({ signal }: Request) =>
    new Promise<Response>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
  const abortedWith = async (photo: Blob, reaction: Reaction, when: string) => {
    const controller = new AbortController();
    const { supabase, calls } = fakeFunction(reaction);
    const { data, error } = await processImage(supabase, photo, {
      signal: controller.signal,
      onProgress: ({ stage }) => stage === when && controller.abort("enough"),
    });
    assert.deepEqual([data, error?.code, error?.cause, error?.retryable], [
      null,
      "aborted",
      "enough",
      false,
    ]);
    return calls.length;
  };
  await t.step("before the call", async () => {
    const { supabase, calls } = fakeFunction(Response.json(REPLY));
    const stages: string[] = [];
    const { error } = await processImage(supabase, PHOTO, {
      signal: AbortSignal.abort(),
      onProgress: ({ stage }) => stages.push(stage),
    });
    assert.deepEqual([error?.code, calls.length, stages], ["aborted", 0, []]);
  });
  await t.step("while the photo is prepared", async () => {
    assert.equal(await abortedWith(PHOTO, Response.json(REPLY), "preparing"), 0);
  });
  await t.step("while the call waits for the answer", async () => {
    const controller = new AbortController();
    const { supabase } = fakeFunction((request) => {
      queueMicrotask(() => controller.abort(new DOMException("left", "AbortError")));
      return hangs(request);
    });
    const { error } = await processImage(supabase, PHOTO, {
      signal: controller.signal,
      retry: { attempts: 1 },
    });
    assert.deepEqual([error?.code, (error?.cause as Error).message], ["aborted", "left"]);
  });
  await t.step("in the middle of a stream", async () => {
    const stream = ({ signal }: Request) => {
      const body = new ReadableStream({
        start(controller) {
          const step = 'event: step\ndata: {"step":"store"}\n\n';
          controller.enqueue(new TextEncoder().encode(step));
          signal.addEventListener("abort", () => controller.error(signal.reason));
        },
      });
      const headers = { "content-type": "text/event-stream" };
      return Promise.resolve(new Response(body, { headers }));
    };
    assert.equal(await abortedWith(PHOTO, stream, "storing"), 1);
  });
  await t.step("while the call waits for the next try", async () => {
    const waitsLong = refusal("isolate_busy", { "retry-after": "3600" });
    assert.equal(await abortedWith(PHOTO, waitsLong, "retrying"), 1);
  });
});

Deno.test("an argument that is not a photo is a TypeError", async () => {
  const { supabase } = fakeFunction(Response.json(REPLY));
  for (const wrong of ["car.jpg", null, {}, new Uint8Array(3)]) {
    await assert.rejects(processImage(supabase, wrong as unknown as Blob), TypeError);
  }
});
