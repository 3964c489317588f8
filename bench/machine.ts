import { z } from "zod";
import { denoBinary } from "../dev/deno_binary.ts";
import { DENO } from "./backend.ts";
import { findPillow, sharpVersions } from "./peers.ts";

const importsSchema = z.object({ imports: z.record(z.string(), z.string()) });

/** Describes the machine and the versions as a Markdown list. */
export async function describeMachine(): Promise<string> {
  const [processor, versions, pillow, sharp] = await Promise.all([
    describeProcessor(),
    versionsOfDeno(),
    findPillow(),
    sharpVersions(),
  ]);
  return [
    processor,
    `- the function: ${versions}, ${await packages()}`,
    `- peers: ${sharp}; ${pillow?.version ?? "no Pillow (python3-pil)"}`,
  ].join("\n");
}

/** Describes the day and the machine as an item of a Markdown list. */
export async function describeProcessor(): Promise<string> {
  const [cpuinfo, meminfo] = await Promise.all([
    Deno.readTextFile("/proc/cpuinfo"),
    Deno.readTextFile("/proc/meminfo"),
  ]);
  const model = cpuinfo.match(/^model name\s*:\s*(.+)$/m)?.[1] ?? "unknown processor";
  const memoryKb = Number(meminfo.match(/^MemTotal:\s*(\d+)/m)?.[1]);
  return `- ${
    new Date().toISOString().slice(0, 10)
  }, ${navigator.hardwareConcurrency} cores of ${model}, ` +
    `${(memoryKb / 2 ** 20).toFixed(0)} GB, ${Deno.build.os} ${Deno.osRelease()}`;
}

async function versionsOfDeno(): Promise<string> {
  const { stdout } = await new Deno.Command(await denoBinary(DENO), {
    args: [
      "eval",
      "--no-lock",
      "const v = Deno.version; console.log(`Deno ${v.deno}, V8 ${v.v8}`)",
    ],
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** Returns the image packages' versions in deno.json. */
async function packages(): Promise<string> {
  const text = await Deno.readTextFile(new URL("../deno.json", import.meta.url));
  const { imports } = importsSchema.parse(JSON.parse(text));
  return ["@imagemagick/magick-wasm", "@jsquash/webp"]
    .flatMap((name) => imports[name]?.replace("npm:", "") ?? []).join(", ");
}
