import { z } from "zod";
import { describeFailure } from "../../shared/storage/storage_failure.ts";
import { BatchError } from "./batch_error.ts";
import type { Answer, Project } from "./project.ts";

/** Where photos are uploaded to. */
export const BUCKET = "car-originals";

/** What Storage says of a file that this bucket does not take; anything else is no fault of the file's. */
const FILES_OWN_FAULTS = new Set(["413", "415"]);

/** Bound on one try of an upload, in milliseconds: four of 50 MB may share a slow line. */
const UPLOAD_MS = 600_000;

/** Storage's own status is in the body, as text; HTTP's is 400 for most. */
const errorReply = z.object({ statusCode: z.coerce.string().optional(), message: z.string() });

/** The bucket of originals, whose paths are made of the files' hashes: what is at a path never changes. */
export class Originals {
  readonly #project: Project;

  constructor(project: Project) {
    this.#project = project;
  }

  /**
   * Looks whether a file is there.
   *
   * @throws {BatchError} If that can not be told.
   */
  async has(path: string, signal?: AbortSignal): Promise<boolean> {
    const answer = await this.#project.call(this.#urlOf(path), { method: "HEAD", signal });
    if (answer.status < 300) return true;
    // Without a body nobody can tell "not there" (400 or 404) from a refusal: uploading it will.
    if (answer.status < 500) return false;
    throw new BatchError(`Storage failed with HTTP ${answer.status}.`);
  }

  /**
   * Uploads a file.
   *
   * @param type Its media type.
   * @returns Why this file can not be stored, as a sentence; `null` if it is there now.
   * @throws {BatchError} If no file can be stored.
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
    // Somebody else was quicker, or an earlier try whose answer got lost.
    if (failure.statusCode === "409") return null;
    const { reason, advice } = describeFailure(failure);
    const sentence = `${reason[0].toUpperCase()}${reason.slice(1)}.`;
    if (FILES_OWN_FAULTS.has(failure.statusCode)) return sentence;
    throw new BatchError(`Photos can not be uploaded to ${BUCKET}: ${sentence} ${advice}`.trim());
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
