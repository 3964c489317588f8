import { asAppError } from "./as_app_error.ts";
import { type HttpContext, refuse } from "./context.ts";
import { EventStream } from "./event_stream.ts";

/**
 * Steps that do not start the stream. During them, the request may still be refused, or its result found in
 * Storage.
 */
const SILENT_STEPS = new Set(["auth", "body", "source", "route", "lookup"]);

/**
 * Responds with server-sent events if the caller accepts them: a `step` event at the start of each step, and an
 * `answer` event at the end. Other callers get the plain response.
 *
 * The stream starts with the first step that takes time. An earlier refusal or a result from Storage is a plain
 * response.
 *
 * @param c The request's context.
 * @param answer Handles the request. Its signal also aborts when the caller closes the stream.
 * @throws any error of `answer` before the stream has started
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

/** @returns The response's own status, once the stream has ended. */
async function sendAnswer(answering: Promise<Response>, events: EventStream): Promise<number> {
  const answer = await answering;
  try {
    events.send("answer", await eventDataOf(answer));
    return answer.status;
  } finally {
    // Another isolate's response can break off. A stream that ends without `answer` signals that to the caller.
    events.end();
  }
}

/** Copies a request and adds a second abort signal. */
function withSignal({ url, method, headers, body, signal }: Request, left: AbortSignal): Request {
  return new Request(url, { method, headers, body, signal: AbortSignal.any([signal, left]) });
}

/** Makes the data of the event `answer`. It copies the body's JSON as text, since that may hold megabytes of base64. */
async function eventDataOf(response: Response): Promise<string> {
  const headers = Object.fromEntries(response.headers);
  const head = JSON.stringify({ status: response.status, headers });
  return `${head.slice(0, -1)},"body":${await response.text()}}`;
}
