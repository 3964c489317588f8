// Proves that an isolate accepts a hand-over only if another isolate of the same project has signed it, for this
// request and its caller, within the last minute. Everything else is a request from outside: the rollout applies to
// it, and its faults are counted.
import assert from "node:assert/strict";
import { startLegacySimulator } from "../../dev/legacy_simulator.ts";
import { workDone } from "../../shared/telemetry/after_response.ts";
import { Admission } from "../../shared/isolate/admission.ts";
import { readConfig } from "../../shared/config.ts";
import { InternalSigner } from "../../shared/http/internal_signer.ts";
import type { Run } from "../../shared/telemetry/metrics/run.ts";
import { ALONE, requestTo } from "../fuzz/in_process.ts";
import { ConsoleLines } from "../helpers/console_lines.ts";
import { Elsewhere, full, send } from "../helpers/full_isolate.ts";
import { greyGif } from "../helpers/tiny_files.ts";
import { wholeApp, wholeDeps } from "../helpers/whole_app.ts";

const KEYS = ["sb_secret_new", ALONE.SUPABASE_SECRET_KEY];
const HOPS = "x-process-image-hops";
const SIGNATURE = "x-process-image-hops-signature";
const ID = "photo-1";
const now = () => Math.floor(Date.now() / 1000);

/** Creates the headers of a hand-over as an isolate signs it, with the given differences. */
async function handedOver(
  { hops = "1", key = KEYS[0], parts = ["hand-over", ID, "1", "server"], seconds = now() } = {},
): Promise<Record<string, string>> {
  const signature = await new InternalSigner([key]).sign(parts, seconds);
  return { "x-request-id": ID, [HOPS]: hops, [SIGNATURE]: signature };
}

/**
 * Creates a function whose rollout sends every photo to a legacy service. @param isFull Whether it has no room for
 * photos itself.
 */
async function withLegacy(isFull = false) {
  const legacy = await startLegacySimulator();
  const services = await wholeDeps(readConfig({
    ...ALONE,
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: KEYS[0], old: KEYS[1] }),
    LEGACY_PROCESSOR_URL: legacy.url,
    LEGACY_PROCESSOR_KEY: legacy.apiKey,
    ROLLOUT_PERCENT: "0",
  }));
  const runs: Run[] = [];
  const calls: number[] = [];
  const worker = { isFull: false, run: (count = 0) => Promise.resolve(void calls.push(count)) };
  const admission = new Admission({ budgetMs: 2_000 });
  if (isFull) admission.close();
  const process = { ...services.process, admission };
  const app = wholeApp({ ...services, process, worker, observe: (run) => void runs.push(run) });
  const sendPhoto = async (headers: Record<string, string>) => {
    const request = requestTo("http://localhost", {
      query: "variants=processed&skip_background_removal=true",
      contentType: "image/gif",
      body: greyGif([1, 2]),
    });
    for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
    return await (await app.fetch(request)).json();
  };
  return {
    legacy,
    runs,
    sendPhoto,
    /** @returns The headers that the called worker receives. */
    callWorker: async (headers: Record<string, string>) => {
      const response = await app.fetch(
        new Request("http://localhost/process-image/work", {
          method: "POST",
          headers: { apikey: KEYS[0], ...headers },
        }),
      );
      assert.equal(response.status, 202);
      await workDone();
      return calls.pop();
    },
    [Symbol.asyncDispose]: () => legacy.close(),
  };
}

/** Hand-overs without a valid signature for this request, by their fault. */
async function forgeries(): Promise<Record<string, Record<string, string>>> {
  const sound = await handedOver();
  const signature = sound[SIGNATURE];
  const forged = (value: string) => ({ ...sound, [SIGNATURE]: value });
  return {
    "no signature": { "x-request-id": ID, [HOPS]: "1" },
    "an empty signature": forged(""),
    "no hops": { "x-request-id": ID, [SIGNATURE]: signature },
    "a changed digit": forged(signature.slice(0, -1) + (signature.endsWith("0") ? "1" : "0")),
    "half a signature": forged(signature.slice(0, -32)),
    "upper-case digits": forged(signature.toUpperCase()),
    "a time other than the signed one": forged(signature.replace(/\d+/, String(now() - 1))),
    "two signatures": forged(`${signature}, ${signature}`),
    "another project's key": await handedOver({ key: "sb_secret_other" }),
    "the bare secret key instead of the derived one": forged(await bareSignature()),
    "another request's id": { ...sound, "x-request-id": "photo-2" },
    "another number of hops": { ...sound, [HOPS]: "2" },
    "the same number in another form": { ...sound, [HOPS]: "01" },
    "another caller": await handedOver({ parts: ["hand-over", ID, "1", crypto.randomUUID()] }),
    "another purpose": await handedOver({ parts: ["without-progress", ID, "1", "server"] }),
    "parts that are split at other places": await handedOver({
      parts: ["hand-over", `${ID}1`, "server"],
    }),
    "more hops than allowed": await handedOver({
      hops: "11",
      parts: ["hand-over", ID, "11", "server"],
    }),
    "no hop at all": await handedOver({ hops: "0", parts: ["hand-over", ID, "0", "server"] }),
    "a signature that is older than a minute": await handedOver({ seconds: now() - 61 }),
    "a signature from the future": await handedOver({ seconds: now() + 120 }),
  };
}

/** Signs with the secret key itself. */
async function bareSignature(): Promise<string> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encode(KEYS[0]), hmac, false, ["sign"]);
  const t = now();
  const message = encode(JSON.stringify(["hand-over", ID, "1", "server", t]));
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
  return `t=${t},v1=${Array.from(mac, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

// First, since the log drops lines of a process that has written a hundred within ten seconds.
Deno.test("the log reports a rejected hand-over, and nothing for other requests", async () => {
  await using there = await withLegacy();
  using logged = new ConsoleLines();
  const reasons = () =>
    logged.events.filter(({ event }) => event === "hand_over_not_believed").map(({ cause }) =>
      cause
    );
  await there.sendPhoto({});
  await there.sendPhoto(await handedOver());
  assert.deepEqual(reasons(), []);
  await there.sendPhoto({ [HOPS]: "1" });
  await there.sendPhoto({ [HOPS]: "1", [SIGNATURE]: "t=1,v1=0" });
  assert.deepEqual(reasons(), ["no signature", "wrong or old signature"]);
});

Deno.test("a hand-over without a valid signature follows the rollout like any other request", async () => {
  await using there = await withLegacy();
  for (const [what, headers] of Object.entries(await forgeries())) {
    const { success, served_by } = await there.sendPhoto(headers);
    assert.deepEqual([success, served_by], [true, "legacy"], what);
  }
  for (const seconds of [now() - 50, now(), now() + 50]) {
    const { served_by } = await there.sendPhoto(await handedOver({ seconds }));
    assert.equal(served_by, "new", "signed, and less than a minute old");
  }
});

Deno.test("the rollout counts a fault of a photo whose hand-over is unsigned, but not of a signed one", async () => {
  await using there = await withLegacy(true);
  there.legacy.behave({ kind: "status", status: 500 });
  for (const [what, headers] of Object.entries(await forgeries())) {
    await there.sendPhoto(headers);
    assert.deepEqual(
      there.runs.splice(0).map(({ errorCode }) => errorCode),
      ["legacy_failed"],
      what,
    );
  }
  const { error } = await there.sendPhoto(await handedOver());
  assert.equal(error.code, "isolate_busy");
  assert.deepEqual(there.runs, [], "the isolate that handed it over counts it");
});

Deno.test("a hand-over is accepted during key rotation, with any of the project's keys", async () => {
  await using there = await withLegacy();
  for (const key of KEYS) {
    assert.equal((await there.sendPhoto(await handedOver({ key }))).served_by, "new");
  }
});

Deno.test("an unsigned number of hops does not stop a full isolate from handing a photo over", async () => {
  await using elsewhere = new Elsewhere();
  for (const hops of ["3", "4", "-1", "none", "1e9"]) {
    const response = await full(elsewhere).fetch(send({ [HOPS]: hops }));
    assert.equal(response.status, 200);
    await response.body?.cancel();
    const { headers } = elsewhere.requests.pop()!;
    assert.equal(headers.get(HOPS), "1");
    assert.match(headers.get(SIGNATURE)!, /^t=\d+,v1=[0-9a-f]{64}$/);
  }
});

Deno.test("a signed number of hops counts only for the user whose photo was handed over", async () => {
  await using elsewhere = new Elsewhere();
  const [anna, ben] = [crypto.randomUUID(), crypto.randomUUID()];
  /** Sends a photo as a user. @returns The headers of its hand-over. */
  const handOver = async (user: string, headers: Record<string, string> = {}) => {
    const request = send({ ...headers, apikey: "", authorization: `Bearer ${user}` });
    const response = await full(elsewhere).fetch(request);
    assert.equal(response.status, 200);
    await response.body?.cancel();
    return Object.fromEntries(elsewhere.requests.pop()!.headers);
  };
  const first = await handOver(anna);
  assert.equal(first[HOPS], "1");
  assert.equal((await handOver(anna, first))[HOPS], "2");
  assert.equal((await handOver(ben, first))[HOPS], "1");
});

Deno.test("a worker accepts the count of failed starts only from another worker", async () => {
  await using there = await withLegacy();
  const header = "x-process-image-without-progress";
  const call = (count: string, signature?: string) =>
    there.callWorker({ [header]: count, ...(signature && { [`${header}-signature`]: signature }) });
  const sign = (count: string, seconds?: number) =>
    new InternalSigner(KEYS).sign(["without-progress", count], seconds);
  assert.equal(await call("2", await sign("2")), 2);
  assert.equal(await call("3"), 0);
  assert.equal(await call("3", await sign("2")), 0);
  assert.equal(await call("3", await sign("3", now() - 61)), 0);
  assert.equal(await call("999", await sign("999")), 0);
  assert.equal(await there.callWorker({}), 0);
});
