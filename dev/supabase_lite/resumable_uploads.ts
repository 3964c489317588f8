import { Server } from "@tus/server";
import { Buffer } from "node:buffer";
import { MemoryUploadStore } from "./memory_upload_store.ts";

const PATH = "/storage/v1/upload/resumable";

/** The parts of Storage that resumable uploads use. */
export interface ResumableUploadsOptions {
  /** Calls Storage with the caller's own credential: its policies decide. */
  storage(request: Request): Promise<Response>;
  /** The role of a request's caller; `null` without one. */
  roleOf(request: Request): Promise<string | null>;
  /** Looks a bucket up; undefined if there is none. */
  bucket(id: string): Promise<UploadBucket | undefined>;
  /** Whether there is something at a path. */
  isTaken(bucket: string, path: string): Promise<boolean>;
}

/** Limits of a bucket. */
export interface UploadBucket {
  file_size_limit: number | null;
  allowed_mime_types: string[] | null;
}

/**
 * Creates the resumable uploads that the embedded Storage lacks: TUS 1.0 at `/storage/v1/upload/resumable`, with Supabase's paths,
 * checks and answers, on the same server package as Supabase.
 *
 * @returns A route that answers requests to this path, and `undefined` for any other.
 */
export function createResumableUploads(
  { storage, roleOf, bucket: find, isTaken }: ResumableUploadsOptions,
): (request: Request) => Promise<Response> | undefined {
  const store = new MemoryUploadStore();

  const check = async (request: Request, id: string) => {
    // As in hosted Storage, the address alone suffices to read the offset.
    if (request.method === "HEAD") return;
    const { bucket, path } = targetOf(id);
    const role = await roleOf(request);
    if (role === null || role === "anon") {
      throw failure(403, "new row violates row-level security policy");
    }
    if (!await find(bucket)) throw failure(404, "Bucket not found");
    const isUpsert = request.headers.get("x-upsert") === "true";
    if (!isUpsert && await isTaken(bucket, path)) throw failure(409, "The resource already exists");
  };

  const server = new Server({
    path: PATH,
    datastore: store,
    relativeLocation: false,
    disableTerminationForFinishedUploads: true,
    allowedHeaders: ["Authorization", "X-Upsert", "Upload-Expires", "ApiKey", "x-signature"],
    maxSize: async (_, id) => (id && (await find(targetOf(id).bucket))?.file_size_limit) || 0,
    namingFunction: (_, metadata) => {
      if (!metadata) throw failure(400, "Metadata header is required");
      const { bucketName, objectName } = metadata;
      const id = JSON.stringify([bucketName, objectName, crypto.randomUUID()]);
      return Buffer.from(id).toString("base64url");
    },
    onIncomingRequest: check,
    onUploadCreate: async (_, { id, metadata }) => {
      const types = (await find(targetOf(id).bucket))?.allowed_mime_types;
      const type = metadata?.contentType ?? "";
      if (types && !types.includes(type)) throw failure(415, `mime type ${type} is not supported`);
      return {};
    },
    onUploadFinish: async (request, { id, metadata }) => {
      const { bucket, path } = targetOf(id);
      const headers = {
        ...credentialOf(request),
        "content-type": metadata?.contentType ?? "application/octet-stream",
        "cache-control": `max-age=${metadata?.cacheControl ?? 0}`,
        "x-upsert": request.headers.get("x-upsert") ?? "false",
      };
      const url = new URL(`/storage/v1/object/${bucket}/${path}`, request.url);
      const init = { method: "POST", headers, body: store.take(id) };
      const response = await storage(new Request(url, init));
      const answer = await response.json() as { statusCode?: string; message?: string };
      if (!response.ok) {
        throw failure(Number(answer.statusCode ?? response.status), answer.message ?? "");
      }
      return { headers: { "Tus-Complete": "1" } };
    },
  });

  return (request) =>
    new URL(request.url).pathname.startsWith(PATH) ? server.handleWeb(request) : undefined;
}

function targetOf(id: string): { bucket: string; path: string } {
  const [bucket, path] = JSON.parse(Buffer.from(id, "base64url").toString());
  return { bucket, path };
}

function credentialOf({ headers }: { headers: Headers }): Record<string, string> {
  const names = ["authorization", "apikey"];
  return Object.fromEntries(
    names.flatMap((name) => headers.has(name) ? [[name, headers.get(name)!]] : []),
  );
}

/** An error in the server's form: it becomes the answer's status and text. */
function failure(status: number, body: string): Error {
  return Object.assign(new Error(body), { status_code: status, body });
}
