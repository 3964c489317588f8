import { networkFailed } from "./process_image_error.ts";
import type { StorageAccess } from "./storage_access.ts";

/** An answer of Storage. */
export interface StorageAnswer {
  status: number;
  header(name: string): string | null;
  text: string;
}

/** A call of Storage. */
export interface StorageCall {
  method: "HEAD" | "POST" | "PATCH";
  headers: Record<string, string>;
  body?: Blob;
  signal?: AbortSignal;
}

/** The used part of a browser's `XMLHttpRequest`, which reports the bytes that it has sent; `fetch` does not. */
interface Sender {
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body: Blob): void;
  abort(): void;
  readonly status: number;
  readonly responseText: string;
  readonly upload: { onprogress: ((event: { loaded: number }) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
}

/**
 * Calls Storage.
 *
 * @throws {ProcessImageError} `network_failed`
 */
export async function callStorage(
  { fetch }: StorageAccess,
  url: string,
  call: StorageCall,
): Promise<StorageAnswer> {
  try {
    const response = await fetch(url, call);
    const text = await response.text();
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      text,
    };
  } catch (cause) {
    throw networkFailed(cause);
  }
}

/**
 * Sends a part of a file.
 *
 * @param onSent Called with the bytes sent so far, if there is an `XMLHttpRequest`.
 * @throws {ProcessImageError} `network_failed`
 */
export function sendChunk(
  access: StorageAccess,
  url: string,
  call: StorageCall & { body: Blob },
  onSent?: (bytes: number) => void,
): Promise<StorageAnswer> {
  const { XMLHttpRequest } = globalThis as {
    XMLHttpRequest?: new () => Sender;
  };
  if (!onSent || !XMLHttpRequest) return callStorage(access, url, call);
  const { method, headers, body, signal } = call;
  return new Promise((resolve, reject) => {
    const sender = new XMLHttpRequest();
    const abort = () => sender.abort();
    const end = (settle: () => void) => () => {
      signal?.removeEventListener("abort", abort);
      settle();
    };
    sender.open(method, url);
    for (const [name, value] of Object.entries(headers)) sender.setRequestHeader(name, value);
    sender.upload.onprogress = ({ loaded }) => onSent(Math.min(loaded, body.size));
    sender.onload = end(() =>
      resolve({
        status: sender.status,
        header: (name) => sender.getResponseHeader(name),
        text: sender.responseText,
      })
    );
    sender.onerror = end(() => reject(networkFailed(new TypeError("XMLHttpRequest failed."))));
    sender.onabort = end(() => reject(networkFailed(signal?.reason)));
    signal?.addEventListener("abort", abort, { once: true });
    sender.send(body);
    if (signal?.aborted) abort();
  });
}
