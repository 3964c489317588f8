import { readCpuTimes } from "../../dev/linux_cpu.ts";
import { type Backend, DENO } from "../backend.ts";
import { STREET } from "../photos.ts";
import { neverSeen } from "../send_photo.ts";
import { median } from "../statistics.ts";
import { atMost, type Table } from "../table.ts";

const WARM_UPS = 10;
const REPEATS = 20;
const UPLOAD = "upload_to_storage=true";

/** Goal for a repeated upload in a warm isolate, in milliseconds of the main thread's CPU. */
const GOAL_MS = 20;

/** A way to send a photo. */
interface Way {
  name: string;
  query: string;
  headers: Record<string, string>;
  body: BodyInit;
}

/** Measures repeated uploads of a photo, which Storage answers. */
export async function benchRepeat(backend: Backend): Promise<Table[]> {
  const photo = await Deno.readFile(STREET.path);
  const large = new Uint8Array(4_000_000); // bytes after a JPEG's end change only its hash
  large.set(photo);
  const rows: string[][] = [];
  for (const way of await waysOf(backend, photo)) rows.push(await measure(backend, way));
  rows.push(await measure(backend, bytes(`JPEG ${sizeOf(large)}, as bytes`, large)));
  return [{
    title: "Repeated uploads",
    note:
      `A photo with variants in Storage, Deno ${DENO}. CPU of the main thread in milliseconds: a fresh process's first ` +
      `request without its boot, and the median of ${REPEATS} requests in a warm process.`,
    columns: ["request", "first", "later", "wall", "goal", ""],
    rows,
  }];
}

async function waysOf(backend: Backend, file: Uint8Array<ArrayBuffer>): Promise<Way[]> {
  const photo = neverSeen(file);
  const size = sizeOf(photo);
  const settings = { upload_to_storage: true };
  const json = (name: string, fields: object): Way => ({
    name,
    query: "",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...settings, ...fields }),
  });
  const storage_path = await storeOriginal(backend, photo);
  return [
    bytes(`JPEG ${size}, as bytes`, photo),
    {
      ...bytes("the same, with the images in the answer", photo),
      query: `${UPLOAD}&return_images=true`,
    },
    json("the same, by storage_path", { storage_path }),
    json("the same, as base64", { image_base64: photo.toBase64() }),
  ];
}

function bytes(name: string, body: Uint8Array<ArrayBuffer>): Way {
  return { name, query: UPLOAD, headers: { "content-type": "image/jpeg" }, body };
}

async function measure(backend: Backend, way: Way): Promise<string[]> {
  const first = await backend.start();
  await send(backend, first.url, way); // stores the result
  await first.close();
  const served = await backend.start();
  try {
    const costs: { cpuMs: number; wallMs: number }[] = [];
    while (costs.length < 1 + WARM_UPS + REPEATS) {
      const before = await readCpuTimes(served.pid);
      const from = performance.now();
      const reused = await send(backend, served.url, way);
      const wallMs = performance.now() - from;
      if (!reused) throw new Error(`${way.name}: the photo was rendered again.`);
      const { mainThreadMs } = await readCpuTimes(served.pid);
      costs.push({ cpuMs: mainThreadMs - before.mainThreadMs, wallMs });
    }
    const later = costs.slice(1 + WARM_UPS);
    const laterMs = median(later.map(({ cpuMs }) => cpuMs));
    const wallMs = median(later.map(({ wallMs }) => wallMs));
    const shown = [costs[0].cpuMs, laterMs, wallMs].map((ms) => ms.toFixed(1));
    return [way.name, ...shown, `<= ${GOAL_MS}`, atMost(laterMs, GOAL_MS)];
  } finally {
    await served.close();
  }
}

/** Sends the photo. @returns Whether Storage had the result. */
async function send(backend: Backend, url: string, way: Way): Promise<boolean> {
  const headers = { ...backend.headers, ...way.headers };
  const response = await fetch(`${url}/process-image?${way.query}`, {
    method: "POST",
    headers,
    body: way.body,
  });
  const reply = await response.json();
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${JSON.stringify(reply)}`);
  return reply.metadata.reused;
}

async function storeOriginal(backend: Backend, photo: Uint8Array<ArrayBuffer>) {
  const [bucket, path] = ["car-originals", `bench/${crypto.randomUUID()}.jpg`];
  const response = await fetch(`${backend.supabaseUrl}/storage/v1/object/${bucket}/${path}`, {
    method: "POST",
    headers: { ...backend.headers, "content-type": "image/jpeg" },
    body: photo,
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
  return { bucket, path };
}

function sizeOf(file: Uint8Array): string {
  return `${(file.length / 1e6).toFixed(1)} MB`;
}
