// Proves that only the function writes results, manifests and cutouts: an admin's token cannot add, overwrite, move,
// copy or delete them, whatever other policies the project has.
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { startStack } from "../../dev/stack.ts";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";

const stack = await startStack();
Deno.test.afterAll(() => stack.close());

const photo = await fixture("small.jpg");
const admin = createClient(stack.url, stack.publishableKey, {
  accessToken: () => Promise.resolve(stack.adminToken),
});
const images = admin.storage.from("car-images");
const originals = admin.storage.from("car-originals");
const cutouts = admin.storage.from("car-cutouts");
const webp = { contentType: "image/webp" };

interface StoredObject {
  bucket_id: string;
  name: string;
  version: string;
  metadata: unknown;
}

/** Every object that only the function may write. */
const protectedObjects = () =>
  stack.supabase.query<StoredObject>(
    `select bucket_id, name, version, metadata from storage.objects where bucket_id in ('car-images', 'car-cutouts')
     order by bucket_id, name`,
  );

/** Processes a photo and uploads an original. @returns The paths of the stored objects. */
async function storeSome(): Promise<{ result: string; manifest: string; cutout: string }> {
  const auth = { apikey: stack.secretKey };
  const { body } = await expectReply(
    sendBytes(stack.functionUrl, auth, photo, "upload_to_storage=true"),
  );
  const result = body.storage_urls!.processed!.split("/car-images/")[1];
  const { error } = await originals.upload("mine.jpg", photo, {
    contentType: "image/jpeg",
    upsert: true,
  });
  assert.equal(error, null);
  const [cutout] = (await protectedObjects()).filter(({ bucket_id }) =>
    bucket_id === "car-cutouts"
  );
  return {
    result,
    manifest: result.replace("processed.webp", "manifest.json"),
    cutout: cutout.name,
  };
}

/** Sends a whole file as a resumable upload. */
async function resumable(bucket: string, path: string): Promise<number> {
  const metadata = { bucketName: bucket, objectName: path, contentType: "image/webp" };
  const headers = {
    authorization: `Bearer ${stack.adminToken}`,
    apikey: stack.publishableKey,
    "tus-resumable": "1.0.0",
    "x-upsert": "true",
  };
  const begun = await fetch(`${stack.url}/storage/v1/upload/resumable`, {
    method: "POST",
    headers: {
      ...headers,
      "upload-length": String(photo.length),
      "upload-metadata": Object.entries(metadata).map(([name, value]) => `${name} ${btoa(value)}`)
        .join(","),
    },
  });
  await begun.body?.cancel();
  const location = begun.headers.get("location");
  if (!location) return begun.status;
  const sent = await fetch(new URL(location, stack.url), {
    method: "PATCH",
    headers: {
      ...headers,
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
    },
    body: photo,
  });
  await sent.body?.cancel();
  return sent.status;
}

/** Tries every way to write in Storage; none may change a protected object. */
async function tryToWrite(): Promise<void> {
  const { result, manifest, cutout } = await storeSome();
  const folder = result.slice(0, result.lastIndexOf("/"));
  const before = await protectedObjects();
  assert.ok(before.length >= 5);
  const tries: [what: string, attempt: () => PromiseLike<{ error: unknown }>][] = [
    ...[result, manifest].flatMap((path): typeof tries => [
      [`upload ${path}`, () => images.upload(path, photo, webp)],
      [`upsert ${path}`, () => images.upload(path, photo, { ...webp, upsert: true })],
      [`update ${path}`, () => images.update(path, photo, webp)],
      [`move ${path} within its bucket`, () => images.move(path, "elsewhere.webp")],
      [
        `move ${path} to the originals`,
        () => images.move(path, "elsewhere.webp", { destinationBucket: "car-originals" }),
      ],
      [
        `copy an original to ${path}`,
        () => originals.copy("mine.jpg", path, { destinationBucket: "car-images" }),
      ],
      [
        `move an original to ${path}`,
        () => originals.move("mine.jpg", path, { destinationBucket: "car-images" }),
      ],
    ]),
    ["add a variant", () => images.upload(`${folder}/other.webp`, photo, webp)],
    ["add a folder", () => images.upload(`${"0".repeat(64)}/a/grid.webp`, photo, webp)],
    ["copy a result", () => images.copy(result, `${folder}/copy.webp`)],
    [
      "copy an original to a new result",
      () => originals.copy("mine.jpg", `${folder}/new.webp`, { destinationBucket: "car-images" }),
    ],
    [
      "move an original to a new result",
      () => originals.move("mine.jpg", `${folder}/new.webp`, { destinationBucket: "car-images" }),
    ],
    ["upsert a cutout", () => cutouts.upload(cutout, photo, { ...webp, upsert: true })],
    ["add a cutout", () => cutouts.upload("v1/other.png", photo, { contentType: "image/png" })],
    [
      "move a cutout",
      () => cutouts.move(cutout, "cutout.png", { destinationBucket: "car-originals" }),
    ],
    [
      "copy a cutout",
      () => cutouts.copy(cutout, "cutout.png", { destinationBucket: "car-originals" }),
    ],
    ["read a cutout", () => cutouts.download(cutout)],
  ];
  for (const [what, attempt] of tries) {
    const { error } = await attempt();
    assert.notEqual(error, null, what);
    assert.deepEqual(await protectedObjects(), before, what);
  }
  for (const path of [result, manifest, `${folder}/resumed.webp`]) {
    assert.ok(await resumable("car-images", path) >= 400, `resumable upload of ${path}`);
  }
  // Storage answers 200 and an empty list if nothing may be deleted.
  for (const [bucket, path] of [[images, result], [images, manifest], [cutouts, cutout]] as const) {
    assert.deepEqual((await bucket.remove([path])).data ?? [], [], `remove ${path}`);
  }
  assert.deepEqual(await protectedObjects(), before);
  const served = await fetch(images.getPublicUrl(result).data.publicUrl);
  assert.notDeepEqual(await served.bytes(), photo);
  const { data } = await cutouts.list("v1");
  assert.deepEqual(data, []);
}

Deno.test(
  "an admin cannot write results, manifests or cutouts in any of Storage's ways",
  tryToWrite,
);

Deno.test("an admin cannot write them even if the project's own policies allow everything", async () => {
  await stack.supabase.query(
    `create policy "Everything" on storage.objects for all to authenticated using (true) with check (true)`,
  );
  try {
    const path = "portal/banner.webp";
    assert.equal((await images.upload(path, photo, webp)).error, null);
    await tryToWrite();
    assert.equal(
      (await images.remove([path])).data?.length,
      1,
      "other folders follow the project's policies",
    );
  } finally {
    await stack.supabase.query(`drop policy "Everything" on storage.objects`);
  }
});

Deno.test("an admin lists and reads results, and writes originals", async () => {
  const { result, manifest } = await storeSome();
  const folder = result.slice(0, result.lastIndexOf("/"));
  const { data: listed } = await images.list(folder);
  assert.equal(listed?.length, 4);
  assert.equal((await images.download(manifest)).error, null);
  assert.equal((await originals.move("mine.jpg", "moved.jpg")).error, null);
  assert.equal((await originals.copy("moved.jpg", "copied.jpg")).error, null);
  assert.equal((await originals.remove(["moved.jpg", "copied.jpg"])).data?.length, 2);
});
