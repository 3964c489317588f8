import { asAppError } from "./as_app_error.ts";
import { type HttpContext, refuse } from "./context.ts";
import { EventStream } from "./event_stream.ts";

/** Steps that begin no stream: until they are over, a request may still be refused, or its result found in Storage. */
const SILENT_STEPS = new Set(["auth", "body", "source", "route", "lookup"]);

/**
 * Answers a request with server-sent events if the caller accepts them: one `step` event for each step that begins, and
 * an `answer` event at the end. Any other caller gets the answer alone.
 *
 * The stream begins when there is something to wait for. A refusal before that, and a result from Storage, is an ordinary
 * answer.
 *
 * @param c The request's context.
 * @param answer Answers the request. Its signal aborts also when the caller leaves the stream.
 * @throws whatever `answer` throws before the stream has begun
 */
export async function withProgress(
  c: HttpContext,
  answer: (request: Request) => Promise<Response>,
): Promise<Response> {
  const { raw } = c.req;
  if (!/\btext\/event-stream\b/i.test(raw.headers.get("accept") ?? "")) return await answer(raw);
  const left = new AbortController();
  const events = new EventStream(() => left.abort());
  const begun = Promise.withResolvers<void>();
  c.var.timings.onBegin = (step) => {
    if (SILENT_STEPS.has(step) && events.isEmpty) return;
    events.send("step", JSON.stringify({ step }));
    begun.resolve();
  };
  const request = withSignal(raw, left.signal);
  const answering = answer(request);
  const response = await Promise.race([answering, begun.promise]);
  if (response) return response;
  const refused = (thrown: unknown) => refuse(c, asAppError(thrown, request.signal));
  c.set("ended", sendAnswer(answering.catch(refused), events));
  return events.response();
}

/** @returns The answer's own status, once the stream has ended. */
async function sendAnswer(answering: Promise<Response>, events: EventStream): Promise<number> {
  const answer = await answering;
  try {
    events.send("answer", await eventDataOf(answer));
    return answer.status;
  } finally {
    // Another isolate's answer can break off: a stream that ends without `answer` tells the caller.
    events.end();
  }
}

/** The same request, aborted by another signal too. */
function withSignal({ url, method, headers, body, signal }: Request, left: AbortSignal): Request {
  return new Request(url, { method, headers, body, signal: AbortSignal.any([signal, left]) });
}

/** The data of the event `answer`. The body's JSON is copied as text, since it may hold megabytes of base64. */
async function eventDataOf(response: Response): Promise<string> {
  const headers = Object.fromEntries(response.headers);
  const head = JSON.stringify({ status: response.status, headers });
  return `${head.slice(0, -1)},"body":${await response.text()}}`;
}
