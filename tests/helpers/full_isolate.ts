import { Admission } from "../../shared/isolate/admission.ts";
import { MemoryBudget } from "../../shared/isolate/memory_budget.ts";
import { reachesSelf } from "../../shared/isolate/self_probe.ts";
import { InternalSigner } from "../../shared/http/internal_signer.ts";
import { parseBody } from "../../shared/photo/body/parse_body.ts";
import type { PhotoRequest } from "../../shared/photo/body/photo_request.ts";
import { IsolateMetrics } from "../../shared/telemetry/metrics/isolate_metrics.ts";
import { Shutdown } from "../../shared/isolate/shutdown.ts";
import { fixture } from "./call.ts";
import { wholeApp } from "./whole_app.ts";

/** The photo that {@linkcode send} sends. */
export const photo = await fixture("small.jpg");

/** Replaces the function's public address, and receives what another isolate would get. */
export class Elsewhere implements AsyncDisposable {
  readonly requests: Request[] = [];
  readonly inputs: PhotoRequest[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** The health check's responses; when they are used up, a fresh isolate's. */
  probes: ((request: Request) => Response)[] = [];
  /** The responses to photos. */
  answers: ((request: Request) => Response)[] = [];

  /** @param maxImageBytes Bound on a photo, in bytes. */
  constructor(maxImageBytes = 1e7) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        if (request.url.endsWith("/health")) {
          return this.probes.shift()?.(request) ?? Response.json({ status: "healthy" });
        }
        this.requests.push(request);
        const memory = new MemoryBudget(Infinity).reserve();
        const input = await parseBody(request, { maxImageBytes, memory });
        if (input.ok) this.inputs.push(input.value);
        return this.answers.shift()?.(request) ?? processed(request);
      },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/functions/v1/process-image`;
  }

  async [Symbol.asyncDispose]() {
    await this.#server.shutdown();
  }
}

/** Makes a response of the function in another isolate, with the request's id. */
export function processed(
  request: Request,
  status = 200,
  body: unknown = { success: true },
): Response {
  return Response.json(body, {
    status,
    headers: {
      "x-request-id": request.headers.get("x-request-id")!,
      "server-timing": "total;dur=1",
      "retry-after": "7",
      "set-cookie": "secret=1",
    },
  });
}

/** Accepts any token: it is the user's id. */
function verifyToken(token: string) {
  return Promise.resolve({ ok: true as const, value: { id: token, role: "admin" } });
}

/**
 * Creates the function in an isolate that has no room for any photo.
 *
 * @param maxImageBytes Bound on a photo, in bytes.
 * @param isClosed Whether the isolate takes no job. @default true
 */
export function full(
  elsewhere: { url: string },
  secretKeys: string[] = ["key"],
  maxImageBytes = 1e7,
  isClosed = true,
) {
  const unused = () => Promise.reject(new Error("not to be asked"));
  // By its own account it is retired, so it checks whether the host still reaches it.
  const admission = new Admission({
    budgetMs: 2_000,
    usedMs: 1_000,
    reachesSelf: () => reachesSelf(elsewhere.url),
  });
  if (isClosed) admission.close();
  const app = wholeApp({
    allowedOrigins: ["*"],
    shutdown: new Shutdown(admission),
    auth: { secretKeys, adminRoles: ["admin"], verifyToken },
    maxImageBytes,
    memoryBudget: new MemoryBudget(Infinity),
    functionUrl: elsewhere.url,
    signer: new InternalSigner(secretKeys),
    healthChecks: [],
    isolateMetrics: new IsolateMetrics(),
    runStore: { statistics: unused },
    batchStore: { create: unused, status: unused, cancel: unused, requeue: unused },
    vehicleStore: { show: unused, arrange: unused, forget: unused },
    unreadable: unused,
    photoFiles: () => {
      throw new Error("not to be asked");
    },
    serviceKey: "key",
    sourceBuckets: [],
    webhook: { allowPrivate: false },
    worker: { isFull: false, run: unused },
    observe: () => {},
    process: {
      store: { save: unused } as never,
      limits: { maxPixels: 1e8 },
      cpuBudgetMs: 2_000,
      admission,
    },
    readSource: () => Promise.resolve({ ok: true, value: photo }),
  });
  const fetch = (request: Request) => Promise.resolve(app.fetch(request));
  return { admission, fetch };
}

/** Sends a photo with a server's credential. */
export function send(
  headers: Record<string, string> = {},
  query = "",
  signal?: AbortSignal,
  body: Uint8Array<ArrayBuffer> = photo,
): Request {
  return new Request(`http://localhost/process-image?${query}`, {
    method: "POST",
    headers: { apikey: "key", "content-type": "image/jpeg", ...headers },
    body,
    signal,
  });
}
