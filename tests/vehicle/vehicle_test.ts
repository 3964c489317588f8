// Proves over HTTP how a vehicle's set is read, ordered and forgotten, and by whom.
import assert from "node:assert/strict";
import { neverSeen } from "../../bench/send_photo.ts";
import type { Stack } from "../../dev/stack.ts";
import { expectError, expectReply, fixture, sendBytes, sendJson } from "../helpers/call.ts";
import { onBothDenos } from "../helpers/on_both_denos.ts";
import { fetchVehicle, vehicleOf } from "../helpers/vehicles.ts";

const small = await fixture("small.jpg");
const admin = ({ adminToken }: Stack) => ({ authorization: `Bearer ${adminToken}` });

/** Adds a photo to a set. @returns Its hash. */
async function add(stack: Stack, vehicle: string, photo = neverSeen(small)): Promise<string> {
  const query = `variants=grid&upload_to_storage=true&vehicle_id=${vehicle}`;
  const { body } = await expectReply(
    sendBytes(stack.functionUrl, admin(stack), photo, query),
  );
  return body.vehicle!.photo_hash;
}

onBothDenos("a vehicle's set is read, ordered and forgotten", {}, async (t, stack) => {
  const [a, b, c] = [
    await add(stack, "car-1"),
    await add(stack, "car-1"),
    await add(stack, "car-1"),
  ];
  const put = (body: unknown) => fetchVehicle(stack, "car-1", "PUT", body);
  const orderOf = async (pending: Promise<Response>) => {
    const { cover, photos } = await vehicleOf(pending);
    return { cover, photos: photos.map(({ photo_hash }) => photo_hash) };
  };
  await t.step("only by admins and servers", async () => {
    const url = `${stack.functionUrl}/vehicles/car-1`;
    const user = { authorization: `Bearer ${await stack.signer.sign()}` };
    for (const method of ["GET", "PUT", "DELETE"]) {
      await expectError(fetch(url, { method }), "missing_credential");
      await expectError(fetch(url, { method, headers: user }), "forbidden");
    }
    const read = fetch(url, { headers: admin(stack) });
    assert.deepEqual(await orderOf(read), { cover: null, photos: [a, b, c] });
    await expectError(fetch(url, { method: "POST", headers: user }), "method_not_allowed");
    const preflight = await fetch(url, {
      method: "OPTIONS",
      headers: { origin: "https://portal.example", "access-control-request-method": "PUT" },
    });
    assert.match(preflight.headers.get("access-control-allow-methods")!, /\bPUT\b/);
  });
  await t.step("PUT sets the order, and sets, keeps or removes the cover", async () => {
    assert.deepEqual(await orderOf(put({ photos: [c, a, b], cover: a })), {
      ...{ cover: a, photos: [c, a, b] },
    });
    assert.deepEqual(await orderOf(put({ photos: [b, c, a] })), { cover: a, photos: [b, c, a] });
    assert.deepEqual(await orderOf(put({ photos: [a, b, c], cover: null })), {
      ...{ cover: null, photos: [a, b, c] },
    });
    assert.deepEqual(await orderOf(fetchVehicle(stack, "car-1")), {
      ...{ cover: null, photos: [a, b, c] },
    });
  });
  await t.step("an order with other photos is a conflict, and changes nothing", async () => {
    const other = "0".repeat(64);
    const conflict = async (body: unknown, details: object, message = /1 of (its|the) /) => {
      const { body: { error } } = await expectError(put(body), "vehicle_conflict");
      assert.deepEqual(error.details, details);
      assert.match(error.message, message);
    };
    await conflict({ photos: [c, b] }, { unknown: [], missing: [a] });
    await conflict({ photos: [c, b, a, other] }, { unknown: [other], missing: [] });
    await conflict(
      { photos: [c, b, a], cover: other },
      { unknown: [other], missing: [] },
      new RegExp(`^The cover ${other} is no photo of the vehicle "car-1"`),
    );
    const { photos, cover } = await vehicleOf(fetchVehicle(stack, "car-1"));
    assert.deepEqual([photos.map(({ photo_hash }) => photo_hash), cover], [[a, b, c], null]);
  });
  await t.step("an order of another form is refused with the field", async () => {
    const wrong = async (body: unknown, field: string) => {
      const refused = await expectError(put(body), "invalid_request");
      assert.equal(refused.body.error.details!.field, field);
    };
    await wrong({}, "photos");
    await wrong({ photos: [] }, "photos");
    await wrong({ photos: [a, a, b, c] }, "photos");
    await wrong({ photos: [a, "b", c] }, "photos.1");
    await wrong({ photos: [a.toUpperCase()] }, "photos.0");
    await wrong({ photos: Array(501).fill(a) }, "photos");
    await wrong({ photos: [a, b, c], cover: 0 }, "cover");
    await wrong({ photos: [a, b, c], order: [] }, "order");
    await expectError(
      fetch(`${stack.functionUrl}/vehicles/car-1`, {
        ...{ method: "PUT", headers: { apikey: stack.secretKey }, body: "{}" },
      }),
      "unsupported_media_type",
    );
  });
  await t.step("the answer says how consistent the car's place is", async () => {
    const { photos, consistency } = await vehicleOf(fetchVehicle(stack, "car-1"));
    const { width, height, subject } = photos[0].variants.grid;
    const rounded = (share: number) => Math.round(share * 1e4) / 1e4;
    const same = (share: number) => ({ min: rounded(share), max: rounded(share), spread: 0 });
    assert.deepEqual(consistency, {
      grid: {
        photos: 3,
        car_width: same(subject!.width / width),
        ground_line: same((subject!.y + subject!.height) / height),
      },
    });
  });
  await t.step("DELETE forgets the set, not the files", async () => {
    const { photos: [{ storage_urls }] } = await vehicleOf(fetchVehicle(stack, "car-1"));
    const response = await fetchVehicle(stack, "car-1", "DELETE");
    assert.equal(response.status, 200);
    const { request_id: _, ...forgotten } = await response.json();
    assert.deepEqual(forgotten, { vehicle_id: "car-1", photos: 3 });
    const file = await fetch(storage_urls.grid);
    await file.body?.cancel();
    assert.equal(file.status, 200);
    assert.deepEqual(
      await stack.supabase.query("select from public.process_image_vehicle_photos"),
      [],
    );
  });
  await t.step("a deleted photo is in no set any more, and the cover is none", async () => {
    const photo = neverSeen(small);
    const [hash, other] = [await add(stack, "car-2", photo), await add(stack, "car-2")];
    await add(stack, "car-3", photo);
    const order = { photos: [other, hash], cover: hash };
    await vehicleOf(fetchVehicle(stack, "car-2", "PUT", order));
    const url = `${stack.functionUrl}/delete`;
    const deleted = await sendJson(url, admin(stack), { photos: [{ photo_hash: hash }] });
    assert.equal(deleted.status, 200, await deleted.text());
    assert.deepEqual(await orderOf(fetchVehicle(stack, "car-2")), { cover: null, photos: [other] });
    await expectError(fetchVehicle(stack, "car-3"), "vehicle_not_found");
  });
  await t.step("an unknown vehicle is 404", async () => {
    for (const id of ["car-1", "a.b", "x".repeat(65), "..%2f", "%27"]) {
      await expectError(fetchVehicle(stack, id), "vehicle_not_found");
      await expectError(fetchVehicle(stack, id, "DELETE"), "vehicle_not_found");
      await expectError(fetchVehicle(stack, id, "PUT", { photos: [a] }), "vehicle_not_found");
    }
  });
  await t.step("while the database is down, the answer is 503", async () => {
    stack.faults.next("POST", /rpc\/process_image_vehicle_/, { kind: "status", status: 503 }, 3);
    await expectError(fetchVehicle(stack, "car-1"), "vehicle_unavailable");
    await expectError(fetchVehicle(stack, "car-1", "DELETE"), "vehicle_unavailable");
    await expectError(put({ photos: [a] }), "vehicle_unavailable");
    stack.faults.clear();
  });
});
