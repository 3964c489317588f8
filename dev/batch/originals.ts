import { z } from "zod";
import { describeFailure } from "../../shared/storage/storage_failure.ts";
import { BatchError } from "./batch_error.ts";
import type { Answer, Project } from "./project.ts";

/** The bucket of originals. */
export const BUCKET = "car-originals";

/** Storage's status codes for files that the bucket does not accept; other errors do not depend on the file. */
const REFUSED_FILE_STATUSES = new Set(["413", "415"]);

/** Bound on one try of an upload, in milliseconds: four files of 50 MB may share a slow connection. */
const UPLOAD_MS = 600_000;

/** Storage's error body. Its status is more precise than the HTTP status, which is mostly 400. */
const errorReply = z.object({ statusCode: z.coerce.string().optional(), message: z.string() });

/** The bucket of originals. Paths are hashes of the files, so the content of a path never changes. */
export class Originals {
  readonly #project: Project;

  constructor(project: Project) {
    this.#project = project;
  }

  /**
   * Checks whether a file is in the bucket.
   *
   * @throws {BatchError} If Storage does not answer that.
   */
  async has(path: string, signal?: AbortSignal): Promise<boolean> {
    const answer = await this.#project.call(this.#urlOf(path), { method: "HEAD", signal });
    if (answer.status < 300) return true;
    // A HEAD without a body cannot distinguish "not found" (400 or 404) from a refusal; the upload does.
    if (answer.status < 500) return false;
    throw new BatchError(`Storage failed with HTTP ${answer.status}.`);
  }

  /**
   * Uploads a file.
   *
   * @param type The file's media type.
   * @returns The reason why this file cannot be stored, as a sentence; `null` if it is stored.
   * @throws {BatchError} If files cannot be stored at all.
   */
  async add(
    path: string,
    file: Uint8Array<ArrayBuffer>,
    type: string,
    signal?: AbortSignal,
  ): Promise<string | null> {
    const headers = { "content-type": type, "cache-control": "max-age=3600", "x-upsert": "false" };
    const init = { method: "POST", headers, body: file, signal, timeoutMs: UPLOAD_MS };
    const answer = await this.#project.call(this.#urlOf(path), init);
    if (answer.status < 300) return null;
    const failure = failureOf(answer);
    // Another upload was faster, or the answer of an earlier try was lost.
    if (failure.statusCode === "409") return null;
    const { reason, advice } = describeFailure(failure);
    const sentence = `${reason[0].toUpperCase()}${reason.slice(1)}.`;
    if (REFUSED_FILE_STATUSES.has(failure.statusCode)) return sentence;
    throw new BatchError(`Photos cannot be uploaded to ${BUCKET}: ${sentence} ${advice}`.trim());
  }

  #urlOf(path: string): string {
    return `${this.#project.url}/storage/v1/object/${BUCKET}/${path}`;
  }
}

function failureOf({ status, text }: Answer): {
  message: string;
  status: number;
  statusCode: string;
} {
  const parsed = errorReply.safeParse(parseJson(text));
  const message = parsed.success ? parsed.data.message : "";
  return { message, status, statusCode: parsed.data?.statusCode ?? String(status) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
