// Proves that uploads are resumed, retried and not repeated, against the local stack's Storage.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { type Progress, uploadPhoto } from "../../client/mod.ts";
import { sha256 } from "../../shared/lib/sha256.ts";
import { until } from "../helpers/until.ts";
import { FakeLocalStorage } from "./fake_local_storage.ts";
import { FakeXmlHttpRequest } from "./fake_xml_http_request.ts";
import { QuickClock } from "./quick_clock.ts";
import { ALL, largePhoto, PART, PARTS, startUploads } from "./upload_stack.ts";

const { signer, faults, supabase, stack, watched, expectStored, close } = await startUploads();
Deno.test.afterAll(close);

Deno.test("a photo is uploaded once, in parts of 6 MiB, with progress", async () => {
  const photo = largePhoto();
  const { client, calls } = watched();
  const progress: Progress[] = [];
  const upload = () =>
    uploadPhoto(client, new Blob([photo]), {
      onProgress: (event) => progress.push(event),
    });
  const { data, error } = await upload();
  assert.equal(error, null);
  assert.equal(data.bucket, "car-originals");
  await expectStored(photo, data.path);
  assert.deepEqual(calls, PARTS);
  assert.deepEqual(
    progress.map(({ stage, uploadedBytes }) => uploadedBytes ?? stage),
    [...["preparing", 0, PART, 2 * PART, ALL, "done"]],
  );
  const again = await upload();
  assert.deepEqual(again.data, data);
  assert.deepEqual(calls.slice(5), ["HEAD object"]);
});

Deno.test("a part that breaks off continues where it stopped", async () => {
  using _clock = new QuickClock();
  const photo = largePhoto();
  let isCut = false;
  const { client, calls } = watched((call, url, init) => {
    if (call !== `PATCH ${PART}` || isCut) return undefined;
    isCut = true;
    const body = (init.body as Blob).slice(0, 1_000_000);
    return fetch(url, { ...init, body }).then(() => Promise.reject(new TypeError("reset")));
  });
  const { data } = await uploadPhoto(client, new Blob([photo]));
  await expectStored(photo, data!.path);
  const rest = PART + 1_000_000;
  assert.deepEqual(calls.slice(3), [`PATCH ${PART}`, "HEAD", `PATCH ${rest}`]);
});

Deno.test("failed parts are sent again, but not a part whose answer was lost", async () => {
  using clock = new QuickClock();
  const photo = largePhoto();
  const { client, calls } = watched();
  faults.next("PATCH", /resumable/, { kind: "status", status: 503 });
  faults.next("PATCH", /resumable/, { kind: "cut" });
  faults.next("HEAD", /resumable/, { kind: "status", status: 503 });
  faults.next("POST", /resumable/, { kind: "status", status: 500 });
  const stages: string[] = [];
  const pending = uploadPhoto(client, new Blob([photo]), {
    onProgress: ({ stage, uploadedBytes }) => {
      stages.push(stage);
      const lost = { kind: "lost-answer" } as const;
      if (uploadedBytes === 2 * PART) faults.next("PATCH", /resumable/, lost);
    },
  });
  await until(() => faults.calls.length === 5, 20_000);
  // Released after Storage has processed it: the gateway has given up.
  await until(() => calls.at(-1) === `PATCH ${2 * PART}`, 20_000);
  const isStored = async () =>
    (await supabase.query("select 1 from storage.objects where name = $1", [
      `${await sha256(photo)}.jpg`,
    ])).length > 0;
  await until(isStored, 20_000);
  faults.clear();
  const { data } = await pending;
  await expectStored(photo, data!.path);
  assert.deepEqual(calls, [
    ...[
      "HEAD object",
      `POST ${ALL}`,
      `POST ${ALL}`,
      "PATCH 0",
      ...["HEAD", "HEAD"],
      "PATCH 0",
      "HEAD",
      "PATCH 0",
    ],
    ...[`PATCH ${PART}`, `PATCH ${2 * PART}`, "HEAD", "HEAD object"],
  ]);
  assert.equal(clock.waits.length, 5);
  assert.equal(stages.filter((stage) => stage === "retrying").length, 5);
});

Deno.test("after a reload an upload continues, or restarts if Storage has lost it", async () => {
  using storage = new FakeLocalStorage();
  const photo = new Blob([largePhoto()]);
  const first = watched();
  const controller = new AbortController();
  const { error } = await uploadPhoto(first.client, photo, {
    signal: controller.signal,
    onProgress: ({ uploadedBytes }) => uploadedBytes === PART && controller.abort(),
  });
  assert.equal(error?.code, "aborted");
  assert.deepEqual(first.calls, PARTS.slice(0, 3));
  assert.equal(storage.items.size, 1);
  const kept = [...storage.items];

  const second = watched();
  const { data } = await uploadPhoto(second.client, photo);
  await expectStored(new Uint8Array(await photo.arrayBuffer()), data!.path);
  assert.deepEqual(second.calls, ["HEAD object", "HEAD", ...PARTS.slice(3)]);
  assert.equal(storage.items.size, 0);

  const remove = () => supabase.query("delete from storage.objects where name = $1", [data!.path]);
  const again = async (...item: [key: string, value: string]) => {
    await remove();
    storage.setItem(...item);
    const { client, calls } = watched();
    assert.equal((await uploadPhoto(client, photo)).error, null);
    return calls;
  };
  const [[key, value]] = kept;
  // Storage had all bytes, but has not stored the file, or has deleted it since.
  const complete = await again(key, value);
  assert.deepEqual(complete, ["HEAD object", "HEAD", "HEAD object", ...PARTS.slice(1)]);
  const unknown = await again(key, value.replace(/resumable\/\w+/, "resumable/bm9uZQ"));
  assert.deepEqual(unknown, ["HEAD object", "HEAD", ...PARTS.slice(1)]);
  assert.deepEqual(await again(key, "{not json"), PARTS);
  const [url] = JSON.parse(value);
  const yesterday = JSON.stringify([url, Date.now() - 1]);
  assert.deepEqual(await again(key, yesterday), PARTS);
});

Deno.test("a photo can be uploaded twice at once, and by a caller who may not read", async () => {
  using _clock = new QuickClock();
  const photo = new Blob([largePhoto()]);
  // While one tab sends its second part, another tab uploads the whole photo.
  const slow = watched((call, url, init) =>
    call === `PATCH ${PART}`
      ? uploadPhoto(watched().client, photo).then(() => fetch(url, init))
      : undefined
  );
  const { data, error } = await uploadPhoto(slow.client, photo);
  assert.equal(error, null);
  await expectStored(new Uint8Array(await photo.arrayBuffer()), data.path);
  assert.deepEqual(slow.calls, [...PARTS.slice(0, 4), "HEAD object"]);
  const { client, calls } = watched((call) =>
    call === "HEAD object" ? Promise.resolve(new Response(null, { status: 400 })) : undefined
  );
  assert.deepEqual((await uploadPhoto(client, photo)).data, data);
  assert.deepEqual(calls, PARTS.slice(0, 2));
});

Deno.test("the restarts of an upload that Storage loses are bounded", async () => {
  using _clock = new QuickClock();
  const lost = () => Promise.resolve(new Response("", { status: 404 }));
  let losses = 1;
  const once = watched((call) => call === "PATCH 0" && losses-- > 0 ? lost() : undefined);
  const photo = new Blob([largePhoto()]);
  assert.equal((await uploadPhoto(once.client, photo)).error, null);
  assert.deepEqual(once.calls, [...PARTS.slice(0, 3), ...PARTS.slice(1)]);
  const always = watched((call) => call.startsWith("PATCH") ? lost() : undefined);
  const { error } = await uploadPhoto(always.client, new Blob([largePhoto()]));
  assert.match(error!.message, /Storage lost the upload/);
  assert.equal(always.calls.filter((call) => call.startsWith("POST")).length, 4);
});

Deno.test("every part carries the session's current token", async () => {
  let asked = 0;
  const sent = new Set<string | null>();
  const client = createClient(stack.url, stack.publishableKey, {
    accessToken: () => signer.adminToken({ expiresInSeconds: 60 + asked++ }),
    global: {
      fetch: (input, init) => {
        sent.add(new Headers(init?.headers).get("authorization"));
        return fetch(input, init);
      },
    },
  });
  assert.equal((await uploadPhoto(client, new Blob([largePhoto()]))).error, null);
  assert.equal(sent.size, PARTS.length);
});

Deno.test("in a browser, progress is reported within a part", async () => {
  using _browser = new FakeXmlHttpRequest(2_000_000);
  const photo = largePhoto();
  const progress: number[] = [];
  const { client, calls } = watched();
  const { data } = await uploadPhoto(client, new Blob([photo]), {
    onProgress: ({ uploadedBytes }) => progress.push(uploadedBytes ?? -1),
  });
  await expectStored(photo, data!.path);
  assert.deepEqual(progress.slice(0, 7), [-1, 0, 2_000_000, 4_000_000, 6_000_000, PART, PART]);
  assert.deepEqual(progress, progress.toSorted((a, b) => a - b).slice(1).with(-1, ALL).concat(-1));
  assert.deepEqual(calls, PARTS.slice(0, 2));
});
