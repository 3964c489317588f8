// Proves the client's calls for a vehicle's photos against the local stack.
import assert from "node:assert/strict";
import {
  deleteVehicle,
  getVehicle,
  processGallery,
  processImage,
  setVehicle,
} from "../../client/mod.ts";
import { neverSeen } from "../../bench/send_photo.ts";
import { startStack } from "../../dev/stack.ts";
import { fixture } from "../helpers/call.ts";
import { storeOriginal } from "../helpers/store_original.ts";
import { fakeFunction } from "./fake_function.ts";
import { QuickClock } from "./quick_clock.ts";
import { signedIn } from "./signed_in.ts";

const stack = await startStack({ keepImages: false });
Deno.test.afterAll(() => stack.close());
const small = await fixture("small.jpg");
const supabase = signedIn(stack);
const newPhoto = (name: string) => new File([neverSeen(small)], name);
const options = { variants: ["grid"] };

Deno.test("a gallery's photos are a vehicle's set in their order, which is changed and forgotten", async () => {
  const vehicleId = "stock-4711";
  const photos = ["front.jpg", "side.jpg", "rear.jpg"].map(newPhoto);
  const gallery = await processGallery(supabase, photos, {
    ...{ options, vehicleId, uploadToStorage: true },
  });
  assert.deepEqual(gallery.results.map(({ data }) => data?.vehicle?.position), [0, 1, 2]);
  const { data: set } = await getVehicle(supabase, vehicleId);
  assert.deepEqual(set!.photos.map(({ filename }) => filename), photos.map(({ name }) => name));
  const [front, side, rear] = set!.photos.map(({ photo_hash }) => photo_hash);
  const order = { photos: [side, front, rear], cover: side };
  const { data: changed } = await setVehicle(supabase, vehicleId, order);
  assert.deepEqual([changed!.cover, changed!.photos[0].filename], [side, "side.jpg"]);
  const { error } = await setVehicle(supabase, vehicleId, { photos: [side, front] });
  assert.deepEqual([error?.code, error?.details], [
    "vehicle_conflict",
    { unknown: [], missing: [rear] },
  ]);
  const { data: forgotten } = await deleteVehicle(supabase, vehicleId);
  assert.equal(forgotten!.photos, 3);
  assert.equal((await getVehicle(supabase, vehicleId)).error?.code, "vehicle_not_found");
});

Deno.test("a photo of a file, and one in Storage, join a vehicle at their places", async () => {
  const settings = { options, uploadToStorage: true, vehicleId: "0042" };
  const first = await processImage(supabase, newPhoto("a.jpg"), { ...settings, position: 1 });
  const stored = await storeOriginal(stack, "b.jpg", neverSeen(small));
  const second = await processImage(supabase, stored, { ...settings, position: 0 });
  const places = [first, second].map(({ data }) => data?.vehicle);
  assert.deepEqual(places.map((place) => [place?.vehicle_id, place?.position]), [
    ["0042", 1],
    ["0042", 0],
  ]);
  const refused = await processImage(supabase, stored, { vehicleId: "0042" });
  assert.equal(refused.error?.code, "invalid_request");
});

Deno.test("the calls for a vehicle escape its id, repeat failures that pass, and can be aborted", async () => {
  using clock = new QuickClock();
  const error = { code: "vehicle_unavailable", message: "Try again.", retryable: true };
  const unavailable = Response.json({ success: false, error, request_id: "r-1" }, { status: 503 });
  const set = Response.json({ vehicle_id: "a", photos: [], request_id: "r-2" });
  const { supabase, calls } = fakeFunction(unavailable, set);
  const { data } = await setVehicle(supabase, "a/b?c", { photos: ["x"], cover: null });
  assert.equal(data?.vehicle_id, "a");
  assert.deepEqual(calls.map(({ url, method }) => [method, url.split("/process-image/")[1]]), [
    ["PUT", "vehicles/a%2Fb%3Fc"],
    ["PUT", "vehicles/a%2Fb%3Fc"],
  ]);
  assert.deepEqual(await calls[1].json(), { photos: ["x"], cover: null });
  assert.equal(clock.waits.length, 1);
  const signal = AbortSignal.abort();
  assert.equal((await getVehicle(supabase, "a", { signal })).error?.code, "aborted");
  assert.equal(calls.length, 2);
});
