/**
 * Decodes a photo first thing in a process and prints the main thread's CPU time for it, in milliseconds.
 *
 * `deno run -A bench/decode_cost.ts PHOTO` (Linux: the CPU time comes from `/proc`)
 *
 * @module
 */
import { decodePhoto } from "../shared/image/decode/decode.ts";
import { inspectPhoto } from "../shared/image/decode/inspect_photo.ts";
import { loadMagick } from "../shared/image/engine/magick.ts";
import { WORKING_SIDE_PX } from "../shared/image/plan.ts";
import { readCpuTimes } from "../dev/linux_cpu.ts";

const photo = await Deno.readFile(Deno.args[0]);
const header = inspectPhoto(photo, { maxPixels: 1e9 });
if (!header.ok) throw header.error;
await loadMagick();
const before = await readCpuTimes(Deno.pid);
const decoded = await decodePhoto(photo, header.value, WORKING_SIDE_PX);
if (!decoded.ok) throw decoded.error;
const after = await readCpuTimes(Deno.pid);
console.log(after.mainThreadMs - before.mainThreadMs);
