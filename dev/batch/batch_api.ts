import { z } from "zod";
import { BatchError } from "./batch_error.ts";
import type { Answer, Call, Project } from "./project.ts";

const problem = z.object({ code: z.string(), message: z.string() });

const itemReply = z.object({
  position: z.int().nonnegative(),
  storage_path: z.object({ bucket: z.string(), path: z.string() }),
  filename: z.string().nullish(),
  state: z.enum(["queued", "processing", "succeeded", "failed", "cancelled"]),
  tries: z.int().nonnegative(),
  error: problem.nullish(),
  storage_urls: z.record(z.string(), z.string()).nullish(),
  warnings: z.array(problem).nullish(),
});

const count = z.int().nonnegative();
const statusReply = z.object({
  batch_id: z.string(),
  state: z.enum(["queued", "running", "finished", "cancelled"]),
  counts: z.object({
    queued: count,
    processing: count,
    succeeded: count,
    failed: count,
    cancelled: count,
    total: count,
  }),
  items: z.array(itemReply),
  changes: z.number(),
  not_before: z.string().nullish(),
  webhook: z.object({ state: z.string(), error: z.string().nullish() }).nullish(),
});

const createdReply = z.object({ batch_id: z.string(), created: z.boolean().optional() });
const errorReply = z.object({ error: problem });

/** A photo of a batch, as the function tells it. */
export type BatchItem = z.output<typeof itemReply>;

/** How a batch stands. */
export type BatchStatus = z.output<typeof statusReply>;

/** What a batch is made of. */
export interface BatchRequest {
  items: {
    storage_path: { bucket: string; path: string };
    filename: string;
    options?: Record<string, unknown>;
    force?: boolean;
  }[];
  /** When it may begin, as ISO 8601. */
  not_before?: string;
  webhook_url?: string;
}

/** Tries of a look at a batch: five minutes of a network that is down do not end a night's watch. */
const LOOK_TRIES = 24;

/** The function's batches. Every call of it throws a {@linkcode BatchError} if it is refused, or nobody answers. */
export class BatchApi {
  readonly #project: Project;

  constructor(project: Project) {
    this.#project = project;
  }

  /**
   * Enqueues photos.
   *
   * @param key The same key with the same request is the same batch.
   */
  create(
    request: BatchRequest,
    key: string,
    signal?: AbortSignal,
  ): Promise<z.output<typeof createdReply>> {
    const headers = { "content-type": "application/json", "idempotency-key": key };
    const body = JSON.stringify(request);
    return this.#ask("/batch", createdReply, { method: "POST", headers, body, signal });
  }

  /**
   * How a batch stands.
   *
   * @param since Wait up to 20 s for something that is later than this count of changes.
   */
  status(id: string, since?: number, signal?: AbortSignal): Promise<BatchStatus> {
    const query = since === undefined ? "" : `?wait=20&since=${since}`;
    return this.#ask(`/batch/${encodeURIComponent(id)}${query}`, statusReply, {
      signal,
      tries: LOOK_TRIES,
    });
  }

  /** Ends a batch: what has not begun will not. */
  async cancel(id: string): Promise<void> {
    await this.#ask(`/batch/${encodeURIComponent(id)}`, z.unknown(), { method: "DELETE" });
  }

  /** Has the photos of a batch that failed tried again. */
  async requeue(id: string): Promise<void> {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: "{}" };
    await this.#ask(`/batch/${encodeURIComponent(id)}/requeue`, z.unknown(), init);
  }

  async #ask<T extends z.ZodType>(path: string, schema: T, call: Call): Promise<z.output<T>> {
    const answer = await this.#project.call(`${this.#project.functionUrl}${path}`, call);
    if (answer.status >= 300) throw new BatchError(refusal(answer));
    const parsed = schema.safeParse(parseJson(answer));
    if (parsed.success) return parsed.data;
    const [{ path: where, message }] = parsed.error.issues;
    throw new BatchError(`The function's answer has another shape: ${where.join(".")}: ${message}`);
  }
}

function refusal(answer: Answer): string {
  const parsed = errorReply.safeParse(parseJson(answer));
  if (!parsed.success) return `The function answered HTTP ${answer.status}.`;
  const { code, message } = parsed.data.error;
  return `${message} (${code}, HTTP ${answer.status})`;
}

function parseJson({ text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
