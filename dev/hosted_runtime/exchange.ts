import { forwardRequest } from "../forward_request.ts";
import type { Isolate } from "./isolate.ts";
import { platformError } from "./platform_error.ts";
import { tracked } from "./tracked.ts";

/** Options of an exchange with an isolate. */
export interface ExchangeOptions {
  /** Bound on the time to the answer's headers, in milliseconds. */
  idleTimeoutMs: number;
  /** Applies the limits to the isolate. */
  check: (isolate: Isolate) => void;
  /** Called once, when the request has ended in the isolate. */
  onEnd: () => void;
}

/** Forwards a request to an isolate; if that fails, the platform answers. */
export async function exchange(
  request: Request,
  isolate: Isolate,
  { idleTimeoutMs, check, onEnd }: ExchangeOptions,
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), idleTimeoutMs);
  const leave = isolate.enter();
  const end = (): void => {
    leave();
    onEnd();
  };
  try {
    const signal = AbortSignal.any([timeout.signal, isolate.ended.signal]);
    const response = await forwardRequest(request, `${isolate.url}${pathname}${search}`, {
      signal,
    });
    // The isolate may have reached a limit since the last check, in which case the host sends no answer.
    check(isolate);
    if (isolate.endedBecause) throw new Error(`The isolate ended: ${isolate.endedBecause}.`);
    return tracked(response, end);
  } catch {
    end();
    if (timeout.signal.aborted) return platformError("IDLE_TIMEOUT");
    const isLimit = isolate.endedBecause && isolate.endedBecause !== "error";
    return platformError(isLimit ? "WORKER_LIMIT" : "WORKER_ERROR");
  } finally {
    clearTimeout(timer);
  }
}
