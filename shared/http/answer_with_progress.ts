import { EventStream } from "./event_stream.ts";
import type { StepEvent } from "../photo/progress_schema.ts";

/** Steps before which nothing has been refused or found yet, or that are over at once: they begin no stream. */
const BEFORE = new Set(["auth", "body", "source", "route", "lookup"]);

/** An answer that tells its progress. */
export interface Progressing {
  /** The stream, or the answer itself where that was there before anything took its time. */
  response: Response;
  /** Resolves with the answer's own status when the stream has ended, or rejects if it broke off; unset where there is none. */
  ended?: Promise<number>;
}

/** Whether a caller asks for events. */
export function wantsProgress({ headers }: Request): boolean {
  return /\btext\/event-stream\b/i.test(headers.get("accept") ?? "");
}

/**
 * Answers a request by server-sent events: one `step` for each step that begins, and an `answer` at the end.
 *
 * The stream begins when there is something to wait for. What is refused before, and what is found in Storage, is answered as
 * it is without events.
 *
 * @param request The request.
 * @param answer Answers it, and tells of each step as it begins. What it is given aborts also when the stream is left.
 * @param answerThrown Makes an answer of what it throws.
 * @returns The answer, and its end.
 * @throws what `answer` throws before the stream has begun
 */
export async function answerWithProgress(
  request: Request,
  answer: (request: Request, onStep: (step: string) => void) => Promise<Response>,
  answerThrown: (thrown: unknown) => Response,
): Promise<Progressing> {
  const left = new AbortController();
  const events = new EventStream(() => left.abort());
  const begun = Promise.withResolvers<void>();
  const answering = answer(withSignal(request, left.signal), (step) => {
    if (BEFORE.has(step) && events.isEmpty) return;
    events.send("step", JSON.stringify({ step } satisfies StepEvent));
    begun.resolve();
  });
  const response = await Promise.race([answering, begun.promise]);
  if (response) return { response };
  const ended = answering.catch(answerThrown).then(async (last) => {
    try {
      events.send("answer", await dataOf(last));
      return last.status;
    } finally {
      // Another isolate's answer can break off: who reads is told so by an end without one.
      events.end();
    }
  });
  return { response: events.response(), ended };
}

/** The same request, aborted by another signal too. */
function withSignal({ url, method, headers, body, signal }: Request, left: AbortSignal): Request {
  return new Request(url, { method, headers, body, signal: AbortSignal.any([signal, left]) });
}

/** The data of the event `answer`: the body's JSON is taken over as it is, since it may hold megabytes of base64. */
async function dataOf(response: Response): Promise<string> {
  const headers = Object.fromEntries(response.headers);
  const head = JSON.stringify({ status: response.status, headers });
  return `${head.slice(0, -1)},"body":${await response.text()}}`;
}
