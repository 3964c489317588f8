import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Behaviour,
  behaviourSchema,
  type ParsedBehaviour,
  scriptSchema,
} from "./api4ai/behaviour.ts";
import { checkRequest, isResultsPath } from "./api4ai/check_request.ts";
import { ImageWorker } from "./api4ai/image_worker.ts";
import { KeptCuts } from "./api4ai/kept_cuts.ts";
import type { Cut, CutBy, Flaw, Mode } from "./api4ai/messages.ts";
import { delay, parseJson, readBody, sendJson, toHeaders } from "./api4ai/node_http.ts";
import { perform } from "./api4ai/perform.ts";
import { readSize } from "./api4ai/read_size.ts";
import { failureReply, type ReplyFacts } from "./api4ai/reply.ts";
import { isTooBig, TOO_BIG } from "./api4ai/resolution.ts";

export type { Behaviour } from "./api4ai/behaviour.ts";

const RESULTS_PATH = "/img-bg-removal/v1/cars/results";
const CUTS_KEPT = 64;

/** Options of the simulator. */
export interface SimulatorOptions {
  /** @default 0, any free port */
  port?: number;
  /** The only valid key. @default "simulator-key" */
  apiKey?: string;
  /** Minimum time of an answer, in milliseconds; the real service takes 6000 to 8000. @default 0 */
  latencyMs?: number;
  /** Whether `requests` keeps the images. @default true */
  keepImages?: boolean;
  /**
   * Cuts out photos that are no fixture; `undefined` leaves one to the flood fill. A rejection is answered with status 500.
   * @default the flood fill
   */
  cutUnknown?: (image: Uint8Array, mode: Mode) => Promise<Cut | undefined>;
  /** Folder of the kept pictures of fixtures. @default a folder in the user's cache */
  cacheFolder?: string;
}

/** A received request for background removal. */
export interface ReceivedRequest {
  /** Time at which the request was complete. */
  time: Date;
  mode: string | null;
  /** The image's size in bytes; 0 without an image. */
  bytes: number;
  image?: Uint8Array;
  /** The image's size in pixels; unset if it is not an image. */
  width?: number;
  height?: number;
  headers: Headers;
  /** Source of a correct answer's picture. */
  cutBy?: CutBy;
  /** Bytes of a "huge" reply that the caller has read. */
  taken?: number;
}

/** A running simulator. */
export interface Api4aiSimulator {
  /** The results address without its query. */
  readonly url: string;
  readonly apiKey: string;
  /** All requests since the start or the last `reset`. */
  readonly requests: ReceivedRequest[];
  /**
   * Sets the reaction to the next requests with a valid key, form and size. Several behaviours apply to the next requests
   * in order; the last one stays.
   */
  behave(script: Behaviour | Behaviour[]): void;
  /** Starts the thread that cuts photos out; without it the first photo waits for its start, of 0.9 s of CPU. */
  warmUp(): Promise<void>;
  /** Forgets the requests and returns to correct answers. */
  reset(): void;
  /** Closes the simulator and all its connections. */
  close(): Promise<void>;
}

/**
 * Starts a simulator of API4.ai's "Cars Image Background Removal" on 127.0.0.1.
 *
 * It checks requests as the service does. It answers the project's test photos with the cars' exact masks, and other
 * photos with `cutUnknown`, or with a flood fill from the border. From a shell, `PUT /__simulator/behaviour` takes the JSON of `behave`, and
 * `GET /__simulator/requests` lists the requests.
 *
 * @throws an error of code EADDRINUSE if the port is taken
 */
export async function startApi4aiSimulator(
  options: SimulatorOptions = {},
): Promise<Api4aiSimulator> {
  const { port = 0, apiKey = "simulator-key", latencyMs = 0, keepImages = true, cutUnknown } =
    options;
  const requests: ReceivedRequest[] = [];
  const worker = new ImageWorker();
  const keptCuts = new KeptCuts(options.cacheFolder);
  const cuts = new Map<string, Promise<Made>>();
  let script: ParsedBehaviour[] = [{ kind: "ok" }];

  const behave = (next: Behaviour | Behaviour[]): void => {
    script = [next].flat().map((behaviour) => behaviourSchema.parse(behaviour));
  };
  const nextBehaviour = (): ParsedBehaviour => script.length > 1 ? script.shift()! : script[0];

  const make = async (image: Uint8Array, mode: Mode, flaw: Flaw): Promise<Made> => {
    const kept = await keptCuts.find(image, mode, flaw);
    if (kept) return { cut: kept, by: "mask" };
    if (await worker.isKnown(image)) {
      const cut = await worker.cut(image, mode, flaw);
      if (cut) await keptCuts.keep(image, mode, flaw, cut);
      return { cut, by: "mask" };
    }
    const cut = flaw === "none" ? await cutUnknown?.(image, mode) : undefined;
    if (cut !== undefined) return { cut, by: "model" };
    return { cut: await worker.cut(image, mode, flaw), by: "flood" };
  };

  /** Cuts each image once per mode, as tests and demonstrations repeat their images. */
  const cutOnce = (image: Uint8Array, mode: Mode, flaw: Flaw): Promise<Made> => {
    const key = `${createHash("sha256").update(image).digest("hex")} ${mode} ${flaw}`;
    const known = cuts.get(key);
    if (known) return known;
    if (cuts.size >= CUTS_KEPT) cuts.clear();
    const made = make(image, mode, flaw);
    cuts.set(key, made);
    made.catch(() => cuts.delete(key));
    return made;
  };

  const removeBackground = async (
    request: IncomingMessage,
    url: URL,
    response: ServerResponse,
  ): Promise<void> => {
    const headers = toHeaders(request);
    const checked = await checkRequest({ url, headers, body: await readBody(request) }, { apiKey });
    const image = checked.ok ? checked.image : undefined;
    const size = image && readSize(image);
    const entry: ReceivedRequest = {
      time: new Date(),
      mode: url.searchParams.get("mode"),
      bytes: image?.byteLength ?? 0,
      ...(keepImages && image && { image }),
      ...(size && { width: size.width, height: size.height }),
      headers,
    };
    requests.push(entry);
    if (!checked.ok) return sendJson(response, checked.status, checked.body);

    const { mode, filename, image: received } = checked;
    if (size && isTooBig(size)) {
      return sendJson(response, 200, failureReply({ filename, received }, TOO_BIG));
    }
    const facts = async (flaw: Flaw): Promise<ReplyFacts | undefined> => {
      const { cut, by } = await cutOnce(received, mode, flaw);
      if (!cut) return undefined;
      entry.cutBy = by;
      const { png, ...rest } = cut;
      return { filename, mode, received, picture: Buffer.from(png).toString("base64"), ...rest };
    };
    const behaviour = nextBehaviour();
    const ownLatencyMs = behaviour.kind === "ok" ? behaviour.latencyMs ?? 0 : 0;
    await delay(latencyMs + ownLatencyMs, response);
    const onSent = (bytes: number) => entry.taken = bytes;
    await perform(behaviour, { response, filename, received, facts, onSent });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const route = `${request.method} ${url.pathname}`;
    if (request.method === "POST" && isResultsPath(url.pathname)) {
      return await removeBackground(request, url, response);
    }
    if (route === "GET /img-bg-removal/v1/version") {
      return sendJson(response, 200, { version: "simulator" });
    }
    if (route === "GET /__simulator/requests") {
      return sendJson(response, 200, requests.map(withoutContent));
    }
    if (route === "PUT /__simulator/behaviour") {
      const parsed = scriptSchema.safeParse(parseJson(await readBody(request)));
      if (!parsed.success) return sendJson(response, 422, { detail: parsed.error.issues });
      behave(parsed.data);
      return sendJson(response, 200, { behaviours: script });
    }
    return sendJson(response, 404, { message: "Not Found" });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => {
      // The caller has disconnected, or the simulator is closing.
      if (response.destroyed || response.headersSent) return;
      sendJson(response, 500, { message: error.message });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      worker.close();
      reject(error);
    });
    server.listen(port, "127.0.0.1", resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${RESULTS_PATH}`,
    apiKey,
    requests,
    behave,
    warmUp: () => worker.start(),
    reset: () => {
      requests.length = 0;
      behave({ kind: "ok" });
    },
    close: async () => {
      worker.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A picture, and how it was made. */
interface Made {
  cut: Cut;
  by: CutBy;
}

function withoutContent({ image: _, headers, ...rest }: ReceivedRequest): unknown {
  return { ...rest, contentType: headers.get("content-type") };
}
