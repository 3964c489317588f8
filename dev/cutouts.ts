/**
 * Serves a segmentation model behind API4.ai's interface: `deno task cutouts [--port N] [--model u2netp|small|medium]`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { startCutoutServer } from "./cutouts/cutout_server.ts";
import { DEFAULT_MODEL, type ModelName, MODELS } from "./cutouts/model/catalogue.ts";
import { fetchModel } from "./cutouts/model/fetch_model.ts";
import { drawProgress } from "./cutouts/progress_bar.ts";
import { DENO_TASK } from "./deno_task.ts";

const DEFAULT_PORT = 8010;
const USAGE = `Usage: ${DENO_TASK} cutouts [OPTION...]
  --port N         port, default ${DEFAULT_PORT}
  --host ADDRESS   address to listen on, default 127.0.0.1
  --model NAME     ${Object.keys(MODELS).join(", ")}; default ${DEFAULT_MODEL}
  --queue N        how many requests may wait, default 8
  --allow-url      fetch images that a form names by its url field
  --download       download the model and exit
API4AI_KEY is the key that callers have to send; without it, every request is answered.`;

interface Arguments {
  port: number;
  hostname: string;
  model: ModelName;
  maxWaiting: number;
  allowUrl: boolean;
  download: boolean;
}

/** Parses the arguments. @throws Error with a sentence if one is invalid */
function readArguments(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: String(DEFAULT_PORT) },
      host: { type: "string", default: "127.0.0.1" },
      model: { type: "string", default: DEFAULT_MODEL },
      queue: { type: "string", default: "8" },
      "allow-url": { type: "boolean", default: false },
      download: { type: "boolean", default: false },
    },
  });
  if (!Object.hasOwn(MODELS, values.model)) {
    throw new Error(
      `Expected one of ${Object.keys(MODELS).join(", ")} for --model, not ${values.model}.`,
    );
  }
  return {
    port: whole("--port", values.port, 65_535),
    hostname: values.host,
    model: values.model as ModelName,
    maxWaiting: whole("--queue", values.queue, 1_000),
    allowUrl: values["allow-url"],
    download: values.download,
  };
}

function whole(option: string, text: string, most: number): number {
  if (/^\d+$/.test(text) && Number(text) <= most) return Number(text);
  throw new Error(`Expected a whole number from 0 to ${most} for ${option}, not ${text}.`);
}

async function main({ model: name, download, ...options }: Arguments): Promise<void> {
  const model = MODELS[name];
  const say = (line: string) => console.log(line);
  const file = await fetchModel(model, { say, onProgress: drawProgress() });
  if (download) return say(`${model.title} is in ${file}.`);
  const server = await startCutoutServer({
    ...options,
    title: model.title,
    file,
    input: model,
    apiKey: Deno.env.get("API4AI_KEY") || undefined,
    onLog: say,
  });
  say(`${model.title} answers at ${server.url}
${model.licence}
It does not find licence plates: they stay readable in every mode.
Point the function at it: API4AI_URL=${server.url}
${
    Deno.env.get("API4AI_KEY")
      ? "Callers have to send API4AI_KEY."
      : "No API4AI_KEY is set: every request is answered."
  } Ctrl-C stops it.`);
  await stopSignal();
  await server.close();
}

/** Resolves at the first signal that ends the command. */
function stopSignal(): Promise<void> {
  const names: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  return new Promise((resolve) => {
    for (const name of names) Deno.addSignalListener(name, () => resolve());
  });
}

if (import.meta.main) {
  if (Deno.args.includes("--help")) {
    console.log(USAGE);
    Deno.exit(0);
  }
  try {
    await main(readArguments(Deno.args));
    Deno.exit(0);
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    const sentence = `The port is taken. Choose another: ${DENO_TASK} cutouts --port 8011`;
    console.error(isTaken ? sentence : error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
