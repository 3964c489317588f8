import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Mutex } from "../../shared/lib/mutex.ts";
import {
  type Accepted,
  checkForm,
  checkHead,
  isResultsPath,
  MAX_IMAGE_BYTES,
  type Refusal,
  tooLarge,
} from "../api4ai/check_request.ts";
import { readBoundedBody, sendJson, toHeaders } from "../api4ai/node_http.ts";
import { documentedReply, failureReply } from "../api4ai/reply.ts";
import { TOO_BIG } from "../api4ai/resolution.ts";
import { fetchImage } from "./fetch_image.ts";
import {
  ModelProcess,
  ModelProcessError,
  type ModelProcessOptions,
} from "./process/model_process.ts";

const RESULTS_PATH = "/img-bg-removal/v1/cars/results";
/** Room of a form around its image. */
const FORM_BYTES = 64 * 1024;
/** Weight of the last photo in the mean time of a photo. */
const NEWEST_WEIGHT = 0.3;

/** Options of the server. */
export interface CutoutServerOptions extends ModelProcessOptions {
  /** The model's name, for `/version` and `/health`. */
  title: string;
  /** @default 0, any free port */
  port?: number;
  /** @default "127.0.0.1" */
  hostname?: string;
  /** The only valid key. @default none: every request is valid */
  apiKey?: string;
  /** Bound on the requests that wait, besides the one in progress. @default 8 */
  maxWaiting?: number;
  /** Bound on the upload of a photo, in milliseconds: a client that stalls would keep its place. @default 60000 */
  bodyTimeoutMs?: number;
  /** Whether a form may name its image by `url`, which this machine then fetches. @default false */
  allowUrl?: boolean;
}

/** A running server. */
export interface CutoutServer {
  /** The results address without its query. */
  readonly url: string;
  /** The id of the model's process; `undefined` while it is not ready. */
  readonly modelPid: number | undefined;
  /** Closes the server, its connections and the model's process. */
  close(): Promise<void>;
}

/**
 * Starts a server with API4.ai's interface, which answers with a model's masks. It computes one photo at a time.
 *
 * @throws {ModelProcessError} If the model cannot be loaded.
 * @throws an error of code EADDRINUSE if the port is taken
 */
export async function startCutoutServer(options: CutoutServerOptions): Promise<CutoutServer> {
  const { title, port = 0, hostname = "127.0.0.1", apiKey, maxWaiting = 8, onLog } = options;
  const { bodyTimeoutMs = 60_000 } = options;
  const accepted: Accepted = { apiKey, ...(options.allowUrl && { fetchImage }) };
  const model = new ModelProcess(options);
  const mutex = new Mutex();
  let inProgress = 0;
  let meanSeconds = 5;

  const cut = async (
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> => {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const headers = toHeaders(request);
    const head = checkHead({ url, headers }, accepted);
    if (!head.ok) return await refuse(request, response, head);
    if (inProgress > maxWaiting) {
      const seconds = Math.ceil(Math.min(60, Math.max(1, meanSeconds * inProgress)));
      return await refuse(request, response, {
        ok: false,
        status: 429,
        body: { message: "Too many requests are waiting." },
      }, { "retry-after": String(seconds) });
    }
    inProgress++;
    try {
      const late = setTimeout(() => response.destroy(), bodyTimeoutMs);
      const body = await Promise.race([
        readBoundedBody(request, MAX_IMAGE_BYTES + FORM_BYTES),
        rejectionOf(gone.signal),
      ]).finally(() => clearTimeout(late));
      const checked = body ? await checkForm({ headers, body }, head.mode, accepted) : tooLarge();
      if (!checked.ok) return sendJson(response, checked.status, checked.body);
      const { mode, image: received, filename } = checked;
      await mutex.acquire(gone.signal);
      const startedAt = performance.now();
      const made = await model.cut(received, mode).finally(() => mutex.release());
      meanSeconds += NEWEST_WEIGHT * ((performance.now() - startedAt) / 1_000 - meanSeconds);
      if (made === null || made === "too big") {
        const message = made === null ? "Can not load image." : TOO_BIG;
        return sendJson(response, 200, failureReply({ filename, received }, message));
      }
      const { png, ...rest } = made;
      const picture = Buffer.from(png).toString("base64");
      sendJson(response, 200, documentedReply({ filename, mode, received, picture, ...rest }));
    } finally {
      inProgress--;
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (request.method === "POST" && isResultsPath(url.pathname)) {
      return await cut(request, response, url);
    }
    if (request.method === "GET" && url.pathname === "/img-bg-removal/v1/version") {
      return sendJson(response, 200, { version: title });
    }
    if (request.method === "GET" && url.pathname === "/health") {
      const isReady = model.pid !== undefined;
      return sendJson(response, isReady ? 200 : 503, {
        status: isReady ? "healthy" : "starting",
        model: title,
        computing: mutex.isHeld,
        waiting: Math.max(0, inProgress - 1),
      });
    }
    return await refuse(request, response, {
      ok: false,
      status: 404,
      body: { message: "Not Found" },
    });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // The caller has disconnected, or the server is closing.
      if (response.destroyed || response.headersSent) return;
      onLog(`A photo failed: ${error instanceof Error ? error.message : error}`);
      const isModels = error instanceof ModelProcessError;
      sendJson(response, 500, { message: isModels ? "Processing failed" : "Internal error" });
    });
  });
  try {
    await model.start();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, hostname, resolve);
    });
  } catch (error) {
    await model.close();
    throw error;
  }

  const { port: boundPort } = server.address() as AddressInfo;
  const address = hostname === "0.0.0.0" ? "127.0.0.1" : hostname;
  return {
    url: `http://${address.includes(":") ? `[${address}]` : address}:${boundPort}${RESULTS_PATH}`,
    get modelPid() {
      return model.pid;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, model.close()]);
    },
  };
}

/** Rejects when the signal aborts. */
function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Answers a request whose body is not needed. It is discarded, so that the sender reads the answer. */
async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body }: Refusal,
  replyHeaders?: Record<string, string>,
): Promise<void> {
  await readBoundedBody(request, 0);
  sendJson(response, status, body, replyHeaders);
}
