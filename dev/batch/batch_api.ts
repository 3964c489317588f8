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
  metadata: z.object({ background: z.object({ provider: z.string().nullable() }) }).nullish(),
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

/** A batch item, as the function reports it. */
export type BatchItem = z.output<typeof itemReply>;

/** The state of a batch. */
export type BatchStatus = z.output<typeof statusReply>;

/** A request for a batch. */
export interface BatchRequest {
  items: {
    storage_path: { bucket: string; path: string };
    filename: string;
    options?: Record<string, unknown>;
    force?: boolean;
  }[];
  /** Earliest start, as ISO 8601. */
  not_before?: string;
  webhook_url?: string;
}

/** Tries of a read: a network outage of five minutes does not end a night's watch. */
const READ_TRIES = 24;

/** The function's batch API. Every call throws a {@linkcode BatchError} if it is refused or not answered. */
export class BatchApi {
  readonly #project: Project;

  constructor(project: Project) {
    this.#project = project;
  }

  /**
   * Enqueues photos.
   *
   * @param key Idempotency key: the same key with the same request returns the same batch.
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
   * Reads the state of a batch.
   *
   * @param since Wait up to 20 s for a higher count of changes.
   */
  status(id: string, since?: number, signal?: AbortSignal): Promise<BatchStatus> {
    const query = since === undefined ? "" : `?wait=20&since=${since}`;
    return this.#ask(`/batch/${encodeURIComponent(id)}${query}`, statusReply, {
      signal,
      tries: READ_TRIES,
    });
  }

  /** Cancels a batch: photos that have not begun do not begin. */
  async cancel(id: string): Promise<void> {
    await this.#ask(`/batch/${encodeURIComponent(id)}`, z.unknown(), { method: "DELETE" });
  }

  /** Requeues the failed photos of a batch. */
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
    throw new BatchError(
      `The function's answer has an unexpected shape: ${where.join(".")}: ${message}`,
    );
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
