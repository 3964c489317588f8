import type { BatchRequest } from "../../../dev/batch/batch_api.ts";
import {
  type BatchCreated,
  batchCreatedSchema,
  type BatchReply,
  batchReplySchema,
} from "../../../shared/batch/batch_reply_schema.ts";
import { batchRequestSchema } from "../../../shared/batch/batch_schemas.ts";

type Item = BatchReply["items"][number];

interface FakeBatch {
  request: BatchRequest;
  items: Item[];
  state: BatchReply["state"];
  changes: number;
}

/**
 * The command's view of a project, in memory: the bucket of originals, and batches that progress with each status
 * request.
 */
export class FakeProject {
  readonly key = "sb_secret_fake";
  /** The bucket's content types, by path. */
  readonly originals = new Map<string, string>();
  readonly batches = new Map<string, FakeBatch>();
  /** Every call, as method and path. */
  readonly calls: string[] = [];
  /** Names of photos that fail. */
  readonly poison = new Map<string, { code: string; message: string }>();
  /** Photos that finish with each status request. @default 2 */
  pace = 2;
  /** Answers to the next calls of any kind: a status, or 0 for a broken connection. */
  readonly faults: number[] = [];
  /** Called with each status request of a batch. */
  onLook: () => void = () => {};

  readonly #ids = new Map<string, string>();
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => this.#answer(request),
  );

  /** The project's address. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  close(): Promise<void> {
    return this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    this.calls.push(`${request.method} ${pathname}`);
    const body = await request.arrayBuffer();
    const fault = this.faults.shift();
    // An answer to HEAD has no body that could break.
    if (fault === 0 && request.method !== "HEAD") return new Response(breaking());
    if (fault !== undefined) return new Response("upstream", { status: fault || 503 });
    if (request.headers.get("apikey") !== this.key) {
      return pathname.startsWith("/storage/")
        ? Response.json({ statusCode: "403", message: "Invalid JWT" }, { status: 400 })
        : refusal(401, "invalid_credential", "The key is unknown.");
    }
    const [, original] = /^\/storage\/v1\/object\/car-originals\/(.+)$/.exec(pathname) ?? [];
    if (original) return this.#store(request, original, body.byteLength);
    const [, id, rest] = /\/process-image\/batch(?:\/([^/]+))?(\/requeue)?$/.exec(pathname) ?? [];
    if (id === undefined) return this.#create(request, new TextDecoder().decode(body));
    const batch = this.batches.get(id);
    if (!batch) return refusal(404, "not_found", `There is no batch ${id}.`);
    if (rest) {
      this.#each(
        batch,
        "failed",
        (item) => Object.assign(item, { state: "queued", error: undefined }),
      );
    }
    if (request.method === "DELETE") {
      this.#each(batch, "queued", (item) => item.state = "cancelled");
      batch.state = "cancelled";
    }
    if (request.method === "GET") this.#advance(batch, searchParams.has("since"));
    return Response.json(statusOf(id, batch));
  }

  #store(request: Request, path: string, bytes: number): Response {
    const there = this.originals.has(path);
    if (request.method === "HEAD") return new Response(null, { status: there ? 200 : 400 });
    const refused = (statusCode: string) =>
      Response.json({ statusCode, message: "no" }, { status: 400 });
    if (there) return refused("409");
    if (bytes > 100_000) return refused("413");
    this.originals.set(path, request.headers.get("content-type") ?? "");
    return Response.json({ Key: path });
  }

  #create(request: Request, body: string): Response {
    const key = request.headers.get("idempotency-key") ?? "";
    const known = this.#ids.get(key);
    const batch_id = known ?? crypto.randomUUID();
    const batchRequest: BatchRequest = JSON.parse(body);
    batchRequestSchema().parse(batchRequest);
    if (!known) {
      const items = batchRequest.items.map(({ storage_path, filename }, position): Item => ({
        ...{ position, storage_path, filename, state: "queued", tries: 0 },
      }));
      this.#ids.set(key, batch_id);
      this.batches.set(batch_id, { request: batchRequest, items, state: "queued", changes: 0 });
    }
    const reply: BatchCreated = {
      ...{ batch_id, created: !known, total: batchRequest.items.length, request_id: "fake" },
      status_url: `${this.url}/functions/v1/process-image/batch/${batch_id}`,
    };
    return Response.json(batchCreatedSchema.parse(reply), { status: 202 });
  }

  /** The first request shows a batch as it is; each later one finishes some photos. */
  #advance(batch: FakeBatch, isLater: boolean): void {
    this.onLook();
    let left = isLater ? this.pace : 0;
    this.#each(batch, "queued", (item) => {
      if (left-- <= 0) return;
      item.tries++;
      const error = this.poison.get(String(item.filename));
      if (error) return Object.assign(item, { state: "failed", error });
      const storage_urls = { grid: `${this.url}/grid/${item.position}` };
      const warnings = [{ code: "background_removal_not_configured", message: "No key." }];
      Object.assign(item, { state: "succeeded", storage_urls, warnings });
    });
  }

  #each(batch: FakeBatch, state: Item["state"], change: (item: Item) => void): void {
    for (const item of batch.items) if (item.state === state) change(item);
    batch.changes++;
    const open = batch.items.some((item) => item.state === "queued");
    if (batch.state !== "cancelled") batch.state = open ? "running" : "finished";
  }
}

function statusOf(batch_id: string, { request, items, state, changes }: FakeBatch): BatchReply {
  const count = (state: Item["state"]) => items.filter((item) => item.state === state).length;
  return batchReplySchema.parse({
    ...{ batch_id, state, items, changes },
    counts: {
      ...{ queued: count("queued"), processing: 0, succeeded: count("succeeded") },
      ...{ failed: count("failed"), cancelled: count("cancelled"), total: items.length },
    },
    not_before: request.not_before ?? null,
    webhook: request.webhook_url ? { state: "pending", tries: 0, error: null } : null,
    ...{ created_at: "2026-01-01T00:00:00Z", finished_at: null, request_id: "fake" },
  });
}

function refusal(status: number, code: string, message: string): Response {
  return Response.json({ success: false, error: { code, message } }, { status });
}

/** A body that breaks off in the middle. */
function breaking(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (controller) => controller.error(Object.assign(new Error("broken off"), { stack: "" })),
  });
}
