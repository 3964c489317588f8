import { forwardRequest } from "../forward_request.ts";
import type { Isolate } from "./isolate.ts";
import { platformError } from "./platform_error.ts";
import { tracked } from "./tracked.ts";

/** What an exchange with an isolate is bound by. */
export interface ExchangeOptions {
  /** How long the answer's headers may take, in milliseconds. */
  idleTimeoutMs: number;
  /** Holds the isolate to its limits. */
  look: (isolate: Isolate) => void;
  /** Called once, when nothing of the request is left in the isolate. */
  onEnd: () => void;
}

/** Has an isolate answer a request; the platform answers where it can not. */
export async function exchange(
  request: Request,
  isolate: Isolate,
  { idleTimeoutMs, look, onEnd }: ExchangeOptions,
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
    // It may have reached a limit since the last look: its answer would then not have got out.
    look(isolate);
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
