// Proves how the SQL functions of vehicles' photos order photos, choose covers and forget sets.
import assert from "node:assert/strict";
import { startLocalSupabase } from "../../../dev/local_supabase.ts";
import { hashOf, vehicleCalls } from "./vehicle_calls.ts";

const supabase = await startLocalSupabase();
const vehicles = vehicleCalls(supabase);
Deno.test.afterAll(() => supabase.close());
Deno.test.beforeEach(async () => {
  await supabase.query("delete from public.process_image_vehicle_photos");
});

/** Adds photos by their names: each at the end, or at the place behind its name. */
async function addAll(vehicle: string, ...photos: (string | [name: string, place: number])[]) {
  const positions = [];
  for (const photo of photos) {
    const [name, place = null] = typeof photo === "string" ? [photo] : photo;
    positions.push(await vehicles.add(vehicle, name, place));
  }
  return positions;
}

Deno.test("photos without a place go to the end, and sets are independent of each other", async () => {
  assert.deepEqual(await addAll("car-1", "a", "b", "c"), [0, 1, 2]);
  assert.deepEqual(await addAll("car-2", "c", "a"), [0, 1]);
  assert.equal(await vehicles.orderOf("car-1"), "a b c");
  assert.equal(await vehicles.orderOf("car-2"), "c a");
  assert.equal(await vehicles.show("car-3"), null);
});

Deno.test("photos with places have their order, whichever comes first", async () => {
  await addAll("car", ["c", 2], ["a", 0], ["d", 3], ["b", 1]);
  assert.equal(await vehicles.orderOf("car"), "a b c d");
});

Deno.test("a photo at a taken place moves the photos back that follow without a gap", async () => {
  await addAll("car", "a", "b", ["c", 5]);
  assert.equal(await vehicles.add("car", "d", 1), 1);
  assert.equal(await vehicles.orderOf("car"), "a d b c");
  const set = await vehicles.show("car");
  assert.deepEqual(set!.map(({ position }) => position), [0, 1, 2, 5]);
  assert.equal(await vehicles.add("car", "e"), 6);
});

Deno.test("a photo at the last place leaves room for others: gaps are closed", async () => {
  assert.deepEqual(await addAll("car", "a", ["c", 499], "d", ["b", 2]), [0, 499, 2, 2]);
  assert.equal(await vehicles.orderOf("car"), "a c b d");
  await supabase.query(
    "update public.process_image_vehicle_photos set position = 490 where position = 1",
  );
  await supabase.query(
    "update public.process_image_vehicle_photos set position = 499 where position = 3",
  );
  assert.equal(await vehicles.add("car", "e", 499), 3, "before the photo that is there");
  assert.equal(await vehicles.orderOf("car"), "a b c e d");
});

Deno.test("a set has 500 photos at most, and a known photo of a full set is still replaced", async () => {
  await supabase.query(
    `insert into public.process_image_vehicle_photos (vehicle_id, photo_hash, position, photo)
       select 'full', lpad(to_hex(place), 64, '0'), place, '{}' from generate_series(0, 498) as place`,
  );
  assert.equal(await vehicles.add("full", "a", 0), 0);
  assert.equal(await vehicles.add("full", "b"), null);
  assert.equal(await vehicles.add("full", "b", 0), null);
  assert.equal(await vehicles.add("full", "a", null, { again: true }), 0);
  const set = await vehicles.show("full");
  assert.deepEqual([set!.length, set![0].photo, set![499].position], [500, { again: true }, 499]);
});

Deno.test("a photo that comes again replaces its entry, and keeps its place and the cover", async () => {
  await addAll("car", "a", "b", "c");
  await vehicles.arrange("car", ["c", "b", "a"], "b");
  assert.equal(await vehicles.add("car", "b", 0, { shadow: "ground" }), 1);
  assert.equal(await vehicles.orderOf("car"), "c b* a");
  assert.deepEqual((await vehicles.show("car"))![1].photo, { shadow: "ground" });
});

Deno.test("a new order names each photo of the set; otherwise nothing changes", async () => {
  await addAll("car", "a", "b", "c");
  const refused = async (names: string[], cover: string | null, wrong: object) => {
    const arranged = await vehicles.arrange("car", names, cover);
    assert.deepEqual(arranged, { unknown: [], missing: [], photos: null, ...wrong });
    assert.equal(await vehicles.orderOf("car"), "a b c");
  };
  await refused(["a", "c"], null, { missing: [hashOf("b")] });
  await refused(["c", "b", "a", "d"], null, { unknown: [hashOf("d")] });
  await refused(["c", "b", "a"], "e", { unknown: [hashOf("e")] });
  await refused(["d"], "d", {
    unknown: [hashOf("d")],
    missing: [hashOf("a"), hashOf("b"), hashOf("c")],
  });
  assert.equal(await vehicles.arrange("none", ["a"], null), null);
});

Deno.test("a new order moves photos, and chooses, keeps or removes the cover", async () => {
  await addAll("car", "a", ["b", 7], "c");
  const { unknown, missing, photos } = (await vehicles.arrange("car", ["c", "a", "b"], "a"))!;
  assert.deepEqual([unknown, missing], [[], []]);
  assert.deepEqual(photos, await vehicles.show("car"));
  assert.deepEqual(photos!.map(({ position }) => position), [0, 1, 2]);
  assert.equal(await vehicles.orderOf("car"), "c a* b");
  await vehicles.arrange("car", ["b", "c", "a"]);
  assert.equal(await vehicles.orderOf("car"), "b c a*");
  await vehicles.arrange("car", ["b", "c", "a"], "b");
  assert.equal(await vehicles.orderOf("car"), "b* c a");
  await vehicles.arrange("car", ["a", "b", "c"], null);
  assert.equal(await vehicles.orderOf("car"), "a b c");
});

Deno.test("a set is forgotten alone", async () => {
  await addAll("car-1", "a", "b");
  await addAll("car-2", "b", "c");
  assert.equal(await vehicles.forget("car-1"), 2);
  assert.equal(await vehicles.forget("car-1"), 0);
  assert.equal(await vehicles.show("car-1"), null);
  assert.equal(await vehicles.orderOf("car-2"), "b c");
});

Deno.test("the table refuses ids, hashes and places of another form", async () => {
  for (const id of ["", "a b", "ä", "a/b", "x".repeat(65), "a\n"]) {
    await assert.rejects(vehicles.add(id, "a"), id);
  }
  await assert.rejects(vehicles.add("car", "not a hash"));
  await assert.rejects(vehicles.add("car", "a", -1));
  assert.deepEqual(await supabase.query("select from public.process_image_vehicle_photos"), []);
});
