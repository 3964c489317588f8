// Proves over HTTP which failures of Storage and the database are retried, and what the errors say.
import assert from "node:assert/strict";
import { startFunction } from "../../dev/function_process.ts";
import type { Stack } from "../../dev/stack.ts";
import { type Fault, UPSTREAM_TEXT } from "../../dev/supabase_faults.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { closedAddress } from "../helpers/closed_address.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";

const NAMES = ["processed", "grid", "detail"] as const;
/** Long enough for a real upload on a busy machine, and the cost of each upload that hangs here. */
const SETTINGS = { STORAGE_TIMEOUT_MS: "1000" };
const GRID = /^\/storage\/v1\/object\/car-images\/.*\/grid\.webp$/;
/** Matches any variant's upload: lookups use `POST` too, and a manifest is not a variant. */
const ANY = /^\/storage\/v1\/object\/car-images\/.*\.webp$/;

const photo = await fixture("small.jpg");
/** Each test has its own paths: no result of one affects another. */
let padding = 0;

function sender({ functionUrl, adminToken }: Stack): () => Promise<Response> {
  const auth = { authorization: `Bearer ${adminToken}` };
  const query = `upload_to_storage=true&return_images=true&padding=${padding++}`;
  return () => sendBytes(functionUrl, auth, photo, query);
}

/** Repeats the request, and compares the answer with Storage. */
async function assertComplete(send: () => Promise<Response>): Promise<void> {
  const { body } = await expectReply(send());
  for (const name of NAMES) {
    const response = await fetch(body.storage_urls![name]!);
    assert.equal(response.status, 200, name);
    assert.equal(response.headers.get("content-type"), "image/webp");
    const stored = new Uint8Array(await response.arrayBuffer());
    assert.deepEqual(stored, Uint8Array.from(atob(body[name]!), (c) => c.charCodeAt(0)), name);
  }
}

/** The new variants in Storage; their manifest is written only after all of them. */
async function newVariants(stack: Stack, run: () => Promise<unknown>): Promise<string[]> {
  const list = async () =>
    (await stack.supabase.query<{ name: string }>(
      "select name from storage.objects where bucket_id = 'car-images'",
    ))
      .map(({ name }) => name);
  const before = await list();
  await run();
  return (await list()).filter((name) => !before.includes(name) && !name.endsWith("/manifest.json"))
    .map((path) => path.replace(/^.*\/|\..*$/g, ""));
}

const PASSING: [what: string, Fault, times: number][] = [
  ["an overloaded Storage (503), twice", { kind: "status", status: 503 }, 2],
  ["a Storage that limits the rate (429)", { kind: "status", status: 429 }, 1],
  ["a database behind Storage that is too slow (544)", { kind: "status", status: 544 }, 1],
  ["an answer that breaks off", { kind: "cut" }, 1],
  ["a timeout", { kind: "hang" }, 1],
  ["an upload whose answer was lost", { kind: "lost-answer" }, 1],
];

onBothDenos("a temporarily failing upload is retried", SETTINGS, async (t, stack) => {
  for (const [what, fault, times] of PASSING) {
    await t.step(
      `${what} on the second of three uploads costs a retry, not the answer`,
      async () => {
        stack.faults.clear();
        stack.faults.next("POST", GRID, fault, times);
        await assertComplete(sender(stack));
        assert.equal(stack.faults.calls.length, times);
      },
    );
  }
  await t.step("all three may fail at once", async () => {
    stack.faults.clear();
    stack.faults.next("POST", ANY, { kind: "status", status: 500 }, 3);
    await assertComplete(sender(stack));
  });
}, { core: true });

const LASTING: [what: string, Fault, reason: RegExp, tries: number][] = [
  [
    "a Storage that fails (500)",
    { kind: "status", status: 500 },
    /^Storage failed with status 500$/,
    3,
  ],
  ["a timeout", { kind: "hang" }, /^Storage did not answer$/, 2],
];

onBothDenos(
  "a permanently failing upload is named, and a repeated request completes the result",
  SETTINGS,
  async (t, stack) => {
    for (const [what, fault, reason, tries] of LASTING) {
      await t.step(`${what} on the second of three uploads, on every try`, async () => {
        stack.faults.clear();
        stack.faults.next("POST", GRID, fault, Infinity);
        const send = sender(stack);
        const stored = await newVariants(stack, async () => {
          const { body } = await expectError(send(), "storage_failed");
          assert.deepEqual(body.error.details?.stored, ["processed", "detail"]);
          const [failed, ...others] = body.error.details?.failed as Record<string, string>[];
          assert.deepEqual(others, []);
          assert.equal(failed.variant, "grid");
          assert.match(failed.reason, reason);
          assert.match(body.error.message, /^1 of 3 variants.*Send the photo again/);
          assert.ok(!JSON.stringify(body).includes(UPSTREAM_TEXT));
        });
        assert.deepEqual(stored.sort(), ["detail", "processed"], "as the answer says");
        assert.equal(stack.faults.calls.length, tries);
        stack.faults.clear();
        assert.deepEqual(await newVariants(stack, () => assertComplete(send)), ["grid"]);
      });
    }
    await t.step("a refusal of Storage is not retried", async () => {
      stack.faults.clear();
      stack.faults.next("POST", GRID, { kind: "status", status: 403 }, Infinity);
      const send = sender(stack);
      const { body } = await expectError(send(), "storage_rejected");
      assert.deepEqual(body.error.details?.stored, ["processed", "detail"]);
      assert.equal(stack.faults.calls.length, 1);
      stack.faults.clear();
      await assertComplete(send);
    });
    await t.step("a key without write permission is reported as such", async () => {
      const keys = JSON.stringify({ default: stack.publishableKey });
      const weak = await startFunction({ env: { ...stack.env, SUPABASE_SECRET_KEYS: keys } });
      try {
        const auth = { authorization: `Bearer ${stack.adminToken}` };
        const query = "upload_to_storage=true&skip_background_removal=true";
        const stored = await newVariants(stack, async () => {
          const answer = sendBytes(`${weak.url}/process-image`, auth, photo, query);
          const { body } = await expectError(answer, "storage_rejected");
          assert.deepEqual(body.error.details?.stored, []);
          assert.match(body.error.message, /the key may not write there\. Check the secret key/);
        });
        assert.deepEqual(stored, []);
      } finally {
        await weak.close();
      }
    });
    await t.step(
      "above the bucket's limit nothing is stored, and a larger limit completes the result",
      async () => {
        const limit = (bytes: number) =>
          stack.supabase.query("update storage.buckets set file_size_limit = $1", [bytes]);
        const send = sender(stack);
        await limit(10);
        const stored = await newVariants(stack, async () => {
          const { body } = await expectError(send(), "storage_rejected");
          assert.deepEqual(body.error.details?.stored, []);
          assert.match(body.error.message, /larger than the bucket allows.*Raise/);
        });
        assert.deepEqual(stored, []);
        await limit(20_971_520);
        await assertComplete(send);
      },
    );
    await t.step(
      "without the bucket nothing is stored, and creating it completes the result",
      async () => {
        const rename = (from: string, to: string) =>
          stack.supabase.query("update storage.buckets set id = $2, name = $2 where id = $1", [
            from,
            to,
          ]);
        const send = sender(stack);
        await stack.supabase.query("delete from storage.objects");
        await rename("car-images", "elsewhere");
        const { body } = await expectError(send(), "storage_rejected");
        assert.match(body.error.message, /"car-images": the bucket does not exist\. Create it/);
        assert.deepEqual(body.error.details?.stored, []);
        await rename("elsewhere", "car-images");
        await assertComplete(send);
      },
    );
  },
);

onBothDenos(
  "reading a photo in Storage is retried after a temporary failure",
  SETTINGS,
  async (t, stack) => {
    const auth = { apikey: stack.secretKey };
    const path = "a/small.jpg";
    await fetch(`${stack.url}/storage/v1/object/car-originals/${path}`, {
      method: "POST",
      headers: {
        ...auth,
        authorization: `Bearer ${stack.secretKey}`,
        "content-type": "image/jpeg",
      },
      body: photo,
    }).then((response) => response.body?.cancel());
    const send = () =>
      sendJson(stack.functionUrl, auth, { storage_path: { bucket: "car-originals", path } });
    const SOURCE = /car-originals\/a\/small\.jpg$/;
    const faults: Fault[] = [{ kind: "status", status: 500 }, { kind: "cut" }, { kind: "hang" }];
    for (const fault of faults) {
      await t.step(`${JSON.stringify(fault)} once costs a retry`, async () => {
        stack.faults.clear();
        stack.faults.next("GET", SOURCE, fault);
        await expectReply(send());
        assert.equal(stack.faults.calls.length, 1);
      });
    }
    await t.step("on every try it is a retryable error", async () => {
      for (const fault of [{ kind: "status", status: 500 }, { kind: "cut" }] as Fault[]) {
        stack.faults.clear();
        stack.faults.next("GET", SOURCE, fault, Infinity);
        const { body } = await expectError(send(), "storage_failed");
        assert.ok(!JSON.stringify(body).includes(UPSTREAM_TEXT));
        assert.equal(stack.faults.calls.length, 3);
      }
    });
  },
);

onBothDenos(
  "without the database photos are processed and stored",
  {},
  async (_, stack) => {
    for (const method of ["GET", "POST"]) {
      stack.faults.next(method, /^\/rest\/v1\//, { kind: "status", status: 503 }, Infinity);
    }
    const send = sender(stack);
    await assertComplete(send);
    const { body } = await expectReply(send());
    assert.equal(body.metadata.background.removed, true);
    assert.ok(stack.faults.calls.length > 0);
  },
);

onBothDenos(
  "an unreachable Supabase is reported, and stops only requests that need it",
  {
    SUPABASE_URL: closedAddress(),
  },
  async (t, stack) => {
    const auth = { apikey: stack.secretKey }; // tokens are issued under SUPABASE_URL
    await t.step("an answer with images succeeds", async () => {
      const { body } = await expectReply(sendBytes(stack.functionUrl, auth, photo));
      assert.equal(body.metadata.background.removed, true);
      assert.deepEqual(body.warnings.map(({ code }) => code), ["car_small"]); // in detail
    });
    await t.step("an upload is an error that names all three variants", async () => {
      const { body } = await expectError(
        sendBytes(stack.functionUrl, auth, photo, "upload_to_storage=true"),
        "storage_failed",
      );
      assert.deepEqual(body.error.details, {
        stored: [],
        failed: NAMES.map((variant) => ({ variant, reason: "Storage did not answer" })),
      });
      assert.doesNotMatch(JSON.stringify(body), /127\.0\.0\.1/);
    });
  },
);
