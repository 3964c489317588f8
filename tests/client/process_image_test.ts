// Proves processImage() against the local stack: direct and stored photos, progress, refusals, kinds of clients.
import assert from "node:assert/strict";
import {
  imageOf,
  type PhotoOptions,
  processImage,
  ProcessImageError,
  type ProcessImageOptions,
} from "../../client/mod.ts";
import { neverSeen } from "../../bench/send_photo.ts";
import { startStack } from "../../dev/stack.ts";
import { sha256 } from "../../shared/lib/sha256.ts";
import { fixture } from "../helpers/call.ts";
import { fakeFunction, REPLY } from "./fake_function.ts";
import { QuickClock } from "./quick_clock.ts";
import { signedIn } from "./signed_in.ts";
import { createClient } from "@supabase/supabase-js";

const stack = await startStack({ keepImages: false, tickEveryMs: 0 });
Deno.test.afterAll(() => stack.close());
const small = await fixture("small.jpg");
const supabase = signedIn(stack);
const newPhoto = () => new File([neverSeen(small)], "Überführung 1.jpg", { type: "image/jpeg" });

Deno.test("a photo is processed through the caller's client, and the answer contains its variants", async () => {
  const { data, error } = await processImage(supabase, newPhoto(), {
    options: {
      variants: ["grid", "processed"],
      padding: 20,
      background: "#ff0000",
      format: "png",
    },
  });
  assert.equal(error, null);
  assert.equal(data.metadata.filename, "Überführung 1.jpg");
  assert.equal(data.source, undefined);
  const grid = imageOf(data, "grid")!;
  assert.deepEqual([grid.type, grid.size], ["image/png", data.metadata.grid?.bytes]);
  assert.equal(imageOf(data, "detail"), null);
});

Deno.test("every setting of a photo that is sent as it is goes into the query", async () => {
  const { supabase, calls } = fakeFunction(Response.json(REPLY));
  const { error } = await processImage(supabase, newPhoto(), {
    options: {
      ...{ crop: "none", padding: 0, variants: ["grid", "detail"], background: "#ff0000" },
      ...{ skip_background_removal: false, framing: { car_width: 0.9 } },
    },
    filename: "other.jpg",
    uploadToStorage: true,
    returnImages: false,
    force: true,
  });
  assert.equal(error, null);
  assert.deepEqual(Object.fromEntries(new URL(calls[0].url).searchParams), {
    ...{ crop: "none", padding: "0", variants: "grid,detail", background: "#ff0000" },
    framing: '{"car_width":0.9}',
    ...{ skip_background_removal: "false", filename: "other.jpg", force: "true" },
    ...{ upload_to_storage: "true", return_images: "false" },
  });
});

Deno.test("force renders a photo with a stored result again", async () => {
  const photo = newPhoto();
  const render = async (force: boolean) => {
    const options = { variants: ["grid" as const] };
    const { data, error } = await processImage(supabase, photo, {
      ...{ options, force, uploadToStorage: true },
    });
    assert.equal(error, null);
    return data.metadata.reused;
  };
  assert.deepEqual([await render(false), await render(false), await render(true)], [
    ...[false, true, false],
  ]);
});

Deno.test("a photo of 6 MB is sent to the function, a larger one to Storage", async () => {
  for (
    const [bytes, path] of [[6_000_000, /^\/functions\//], [6_000_001, /^\/storage\//]] as const
  ) {
    const { supabase, calls } = fakeFunction(new Response("{}", { status: 400 }));
    const photo = new Uint8Array(bytes);
    photo.set(small.subarray(0, 1_000));
    const { error } = await processImage(supabase, new Blob([photo]));
    assert.ok(error);
    assert.match(new URL(calls[0].url).pathname, path, `${bytes}`);
  }
});

Deno.test("onProgress gets the stages in order, and the variants are stored", async () => {
  const stages: string[] = [];
  const { data } = await processImage(supabase, newPhoto(), {
    uploadToStorage: true,
    filename: "other.jpg",
    onProgress: ({ stage }) => stages.push(stage),
  });
  assert.deepEqual(stages, [
    ...["preparing", "uploading", "waiting", "removing_background", "rendering", "storing", "done"],
  ]);
  assert.equal(data!.metadata.filename, "other.jpg");
  const response = await fetch(data!.storage_urls!.grid!);
  assert.equal((await response.bytes()).length, data!.metadata.grid?.bytes);
});

Deno.test("a large photo is uploaded to Storage first, and is then processed by its path", async () => {
  const photo = newPhoto();
  const progress: unknown[] = [];
  const { data, error } = await processImage(supabase, photo, {
    upload: { directBytes: 1_000 },
    uploadToStorage: true,
    onProgress: ({ stage, uploadedBytes }) => progress.push(uploadedBytes ?? stage),
  });
  assert.equal(error, null);
  const bytes = await photo.bytes();
  assert.deepEqual(data.source, {
    bucket: "car-originals",
    path: `${await sha256(bytes)}.jpg`,
  });
  assert.deepEqual(progress.slice(0, 4), ["preparing", 0, bytes.length, "waiting"]);
  assert.equal(data.metadata.filename, "Überführung 1.jpg");

  const again = await processImage(supabase, data.source!, {
    uploadToStorage: true,
  });
  assert.equal(again.data!.metadata.reused, true);
  assert.deepEqual(again.data!.source, data.source);
  const forced = await processImage(supabase, data.source!, {
    force: true,
    returnImages: true,
    options: { variants: ["grid"] },
  });
  assert.equal(forced.data!.metadata.reused, false);
  assert.ok(imageOf(forced.data!, "grid")!.size > 0);
});

Deno.test("a refusal of the function has the function's error code", async (t) => {
  const codeOf = async (
    photo: Parameters<typeof processImage>[1],
    options: ProcessImageOptions = {},
    client = supabase,
  ) => {
    const { error } = await processImage(client, photo, options);
    assert.ok(error instanceof ProcessImageError);
    assert.equal(error.attempts, 1);
    assert.ok(error.requestId);
    return [error.code, error.status];
  };
  const photo = new Blob([small]);
  await t.step("for the photo", async () => {
    assert.deepEqual(await codeOf(new Blob(["text"])), ["unsupported_image_type", 415]);
    assert.deepEqual(await codeOf(new Blob([small.slice(0, 300)])), ["invalid_image", 422]);
    const directly = { upload: { directBytes: Infinity } };
    const huge = new Blob([new Uint8Array(41_943_041)]);
    assert.deepEqual(await codeOf(huge, directly), ["body_too_large", 413]);
  });
  await t.step("for the settings", async () => {
    const options = { padding: 5_000 } as PhotoOptions;
    assert.deepEqual(await codeOf(photo, { options }), ["invalid_options", 400]);
    const { error } = await processImage(supabase, photo, { options });
    assert.equal(error?.details.field, "options.padding");
    const filename = "x".repeat(256);
    assert.deepEqual(await codeOf(photo, { filename }), ["invalid_request", 400]);
  });
  await t.step("for a path", async () => {
    const missing = { bucket: "car-originals", path: "none.jpg" };
    assert.deepEqual(await codeOf(missing), ["source_not_found", 404]);
    assert.deepEqual(await codeOf({ bucket: "x", path: "a" }), ["source_forbidden", 403]);
    const functionName = "process-image/nowhere";
    assert.deepEqual(await codeOf(photo, { functionName }), ["not_found", 404]);
  });
  await t.step("for the caller", async () => {
    const as = async (token: string | null) => signedIn(stack, { token: await token });
    const expired = await stack.signer.adminToken({ expiresInSeconds: -60 });
    const user = await stack.signer.sign();
    assert.deepEqual(await codeOf(photo, {}, await as(user)), ["forbidden", 403]);
    assert.deepEqual(await codeOf(photo, {}, await as(null)), ["missing_credential", 401]);
    assert.deepEqual(await codeOf(photo, {}, await as("x.y.z")), ["invalid_credential", 401]);
    const withExpired = createClient(stack.url, stack.publishableKey, {
      accessToken: () => Promise.resolve(expired),
    });
    assert.deepEqual(await codeOf(photo, {}, withExpired), ["expired_credential", 401]);
  });
});

Deno.test("clients with a secret key, an accessToken or an Authorization header upload and process", async () => {
  const clients = [
    createClient(stack.url, stack.secretKey, {
      auth: { persistSession: false },
    }),
    createClient(stack.url, stack.publishableKey, {
      accessToken: () => Promise.resolve(stack.adminToken),
    }),
    createClient(stack.url, stack.publishableKey, {
      auth: { persistSession: false },
      global: { headers: { Authorization: `Bearer ${stack.adminToken}` } },
    }),
  ];
  for (const client of clients) {
    const { data, error } = await processImage(client, newPhoto(), {
      upload: { directBytes: 0 },
      options: { variants: ["grid"] },
    });
    assert.equal(error, null);
    assert.ok(imageOf(data, "grid"));
  }
});

Deno.test("a failure of Storage is the function's error, and is retried until it passes", async () => {
  using clock = new QuickClock();
  stack.faults.next("POST", /object\/car-images/, {
    kind: "status",
    status: 403,
  }, 1);
  stack.faults.next("POST", /object\/car-images/, {
    kind: "status",
    status: 503,
  }, 3);
  const { error } = await processImage(supabase, newPhoto(), {
    uploadToStorage: true,
    options: { variants: ["grid"] },
  });
  stack.faults.clear();
  assert.deepEqual([error?.code, error?.attempts, clock.waits], ["storage_rejected", 1, []]);
  stack.faults.next("POST", /object\/car-images/, {
    kind: "status",
    status: 503,
  }, 9);
  const stages: string[] = [];
  const { data } = await processImage(supabase, newPhoto(), {
    uploadToStorage: true,
    options: { variants: ["grid"] },
    onProgress: ({ stage, error }) => {
      stages.push(error?.code ?? stage);
      if (stage === "retrying") stack.faults.clear();
    },
  });
  assert.equal(data?.metadata.grid?.width, 600);
  assert.equal(stages.filter((stage) => stage === "storage_failed").length, 1);
  assert.ok(clock.waits[0] >= 5_000, "as Retry-After says");
});
