// Proves over HTTP how photos join the set of their vehicle.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { neverSeen } from "../../bench/send_photo.ts";
import type { Stack } from "../../dev/stack.ts";
import { sha256 } from "../../shared/lib/sha256.ts";
import { batchEnd, makeBatch } from "../helpers/batches.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { storeOriginal } from "../helpers/store_original.ts";
import { fetchVehicle, vehicleOf } from "../helpers/vehicles.ts";

const small = await fixture("small.jpg");
const newPhoto = () => neverSeen(small);
const admin = ({ adminToken }: Stack) => ({ authorization: `Bearer ${adminToken}` });

/** Sends a photo as an admin, with its settings in the query. */
const send = (stack: Stack, photo: Uint8Array<ArrayBuffer>, query: string) =>
  sendBytes(
    stack.functionUrl,
    admin(stack),
    photo,
    `variants=grid&upload_to_storage=true&${query}`,
  );

/** Adds a photo to a set. @returns Its hash. */
async function add(stack: Stack, query: string, photo = newPhoto()): Promise<string> {
  return (await expectReply(send(stack, photo, query))).body.vehicle!.photo_hash;
}

const rowsOf = ({ supabase }: Stack) =>
  supabase.query("select * from public.process_image_vehicle_photos");

function sendForm(stack: Stack, photo: Uint8Array<ArrayBuffer>, fields: Record<string, string>) {
  const form = new FormData();
  form.set("file", new Blob([photo]), "rear.jpg");
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return fetch(stack.functionUrl, { method: "POST", headers: admin(stack), body: form });
}

onBothDenos("photos join the set of their vehicle", {}, async (t, stack) => {
  await t.step("in every form of the request, and as an item of a batch", async () => {
    const [json, original, form, bytes, item] = Array.from({ length: 5 }, newPhoto);
    const options = { variants: ["grid"] };
    const settings = { upload_to_storage: true, vehicle_id: "0042", options };
    const storage_path = await storeOriginal(stack, "side.jpg", original);
    const answers = [
      await expectReply(sendJson(stack.functionUrl, admin(stack), {
        ...{ image_base64: Buffer.from(json).toString("base64"), position: 3, ...settings },
      })),
      await expectReply(
        sendJson(stack.functionUrl, admin(stack), { storage_path, position: 0, ...settings }),
      ),
      await expectReply(sendForm(stack, form, {
        ...{ vehicle_id: "0042", position: "1", upload_to_storage: "true" },
        options: JSON.stringify(options),
      })),
      await expectReply(send(stack, bytes, "vehicle_id=0042&filename=front.jpg")),
    ];
    const places = answers.map(({ body }) => body.vehicle!.position);
    assert.deepEqual(places, [3, 0, 1, 4]);
    const path = await storeOriginal(stack, "item.jpg", item);
    const { batch_id } = await makeBatch(stack, {
      items: [{ storage_path: path, options, vehicle_id: "0042", position: 2, filename: "i.jpg" }],
    });
    const batch = await batchEnd(stack, batch_id);
    const vehicle = { vehicle_id: "0042", photo_hash: await sha256(item), position: 2 };
    assert.deepEqual(batch.items[0].vehicle, vehicle);
    const set = await vehicleOf(fetchVehicle(stack, "0042"));
    const hashes = await Promise.all([original, form, item, json, bytes].map(sha256));
    assert.deepEqual(set.photos.map(({ photo_hash }) => photo_hash), hashes);
    assert.deepEqual([set.vehicle_id, set.cover], ["0042", null]);
    const names = set.photos.map(({ filename }) => filename);
    assert.deepEqual(names, [null, "rear.jpg", "i.jpg", null, "front.jpg"]);
    const last = set.photos.at(-1)!;
    const { storage_urls, warnings, metadata } = answers[3].body;
    const { width, height } = metadata.grid!;
    assert.deepEqual(last, {
      ...{ photo_hash: hashes[4], position: 4, filename: "front.jpg", storage_urls, warnings },
      original_size: metadata.original_size,
      quality: metadata.quality,
      variants: { grid: { width, height, subject: metadata.subject!.grid! } },
    });
  });
  await t.step("without a place, photos at the same time get different places", async () => {
    const photos = Array.from({ length: 4 }, newPhoto);
    await Promise.all(photos.map((photo) => expectReply(send(stack, photo, "vehicle_id=many"))));
    const { photos: set } = await vehicleOf(fetchVehicle(stack, "many"));
    assert.deepEqual(set.map(({ position }) => position), [0, 1, 2, 3]);
  });
  await t.step("with a stored result, a photo joins too, and nothing is rendered", async () => {
    const photo = newPhoto();
    await add(stack, "vehicle_id=first", photo);
    const { body } = await expectReply(send(stack, photo, "vehicle_id=second"));
    assert.equal(body.metadata.reused, true);
    const { photos: [{ storage_urls }] } = await vehicleOf(fetchVehicle(stack, "second"));
    assert.deepEqual(storage_urls, body.storage_urls);
  });
  await t.step("a photo with other options replaces its entry, and stays the cover", async () => {
    const photo = newPhoto();
    const other = await add(stack, "vehicle_id=again");
    const hash = await add(stack, "vehicle_id=again", photo);
    const order = { photos: [hash, other], cover: hash };
    await vehicleOf(fetchVehicle(stack, "again", "PUT", order));
    const { body } = await expectReply(
      send(stack, photo, "vehicle_id=again&position=9&padding=9&format=png"),
    );
    assert.equal(body.vehicle!.position, 0);
    const set = await vehicleOf(fetchVehicle(stack, "again"));
    assert.deepEqual(set.photos.map(({ photo_hash }) => photo_hash), [hash, other]);
    assert.deepEqual([set.cover, set.photos[0].storage_urls], [hash, body.storage_urls]);
  });
  await t.step("a photo without a vehicle is in no set, and its answer names none", async () => {
    const before = await rowsOf(stack);
    const { body } = await expectReply(send(stack, newPhoto(), ""));
    assert.equal("vehicle" in body || "vehicle" in body.metadata.timings_ms, false);
    assert.deepEqual(await rowsOf(stack), before);
  });
  await t.step("a wrong vehicle or place is refused before any work", async () => {
    const before = await rowsOf(stack);
    const wrong = async (pending: Promise<Response>, field: string, expected: RegExp) => {
      const { body: { error } } = await expectError(pending, "invalid_request");
      assert.equal(error.details!.field, field);
      assert.match(error.message, expected);
    };
    const stored = /^Expected true \(required with vehicle_id\) for upload_to_storage but received/;
    const bytes = (query: string) => sendBytes(stack.functionUrl, admin(stack), small, query);
    await wrong(bytes("vehicle_id=a"), "upload_to_storage", stored);
    await wrong(bytes("vehicle_id=a&upload_to_storage=false"), "upload_to_storage", stored);
    await wrong(sendForm(stack, small, { vehicle_id: "a" }), "upload_to_storage", stored);
    const image_base64 = Buffer.from(small).toString("base64");
    const json = (more: object) =>
      sendJson(stack.functionUrl, admin(stack), { image_base64, ...more });
    await wrong(json({ vehicle_id: "a", upload_to_storage: false }), "upload_to_storage", stored);
    const alone =
      /^Expected the id of a vehicle \(required with position\) for (items.0.)?vehicle_id/;
    await wrong(send(stack, small, "position=1"), "vehicle_id", alone);
    for (const id of ["", "a b", "ä", "a/b", "x".repeat(65), "a."]) {
      const query = `vehicle_id=${encodeURIComponent(id)}`;
      await wrong(send(stack, small, query), "vehicle_id", /^Expected 1 to 64 letters A to Z/);
    }
    await wrong(json({ vehicle_id: 42, upload_to_storage: true }), "vehicle_id", /64 letters/);
    for (const place of ["-1", "500", "1.5", "first"]) {
      const query = `vehicle_id=a&position=${place}`;
      await wrong(
        send(stack, small, query),
        "position",
        /^Expected a whole number between 0 and 499/,
      );
    }
    const items = (more: object) =>
      sendJson(`${stack.functionUrl}/batch`, admin(stack), {
        items: [{ storage_path: { bucket: "car-originals", path: "side.jpg" }, ...more }],
      });
    await wrong(items({ position: 1 }), "items.0.vehicle_id", alone);
    await wrong(items({ vehicle_id: "a b" }), "items.0.vehicle_id", /64 letters/);
    assert.deepEqual(await rowsOf(stack), before);
  });
  await t.step("a photo that cannot join its set is an error, and joins on a retry", async () => {
    const photo = newPhoto();
    stack.faults.next("POST", /rpc\/process_image_vehicle_add/, { kind: "status", status: 503 });
    const { body } = await expectError(
      send(stack, photo, "vehicle_id=retried"),
      "vehicle_unavailable",
    );
    assert.match(body.error.message, /^The photo's files are stored, but the database/);
    await expectError(fetchVehicle(stack, "retried"), "vehicle_not_found");
    const again = await expectReply(send(stack, photo, "vehicle_id=retried"));
    assert.deepEqual([again.body.metadata.reused, again.body.vehicle!.position], [true, 0]);
  });
  await t.step("a set has 500 photos at most", async () => {
    await stack.supabase.query(
      `insert into public.process_image_vehicle_photos (vehicle_id, photo_hash, position, photo)
         select 'full', lpad(to_hex(place), 64, '0'), place, '{}' from generate_series(0, 499) as place`,
    );
    const { body } = await expectError(send(stack, newPhoto(), "vehicle_id=full"), "vehicle_full");
    assert.deepEqual(body.error.details, { max_photos: 500 });
  });
});

onBothDenos(
  "during a rollout, a vehicle's photo is never processed by the legacy service",
  { ROLLOUT_PERCENT: "0" },
  async (_, stack) => {
    const legacy = await send(stack, small, "");
    assert.equal((await legacy.json()).served_by, "legacy");
    const { body } = await expectReply(send(stack, small, "vehicle_id=car"));
    assert.deepEqual([body.served_by, body.vehicle!.position], ["new", 0]);
    const forced = { ...admin(stack), "x-processor": "legacy" };
    const query = "upload_to_storage=true&vehicle_id=car";
    const refused = await expectError(
      sendBytes(stack.functionUrl, forced, small, query),
      "invalid_request",
    );
    assert.equal(refused.body.error.details!.field, "x-processor");
  },
  { legacy: true },
);
