import { type FailedAnswer, failureOf, isErrorReply, strangeSuccess } from "./failure_of.ts";
import { networkFailed, ProcessImageError } from "./process_image_error.ts";
import { readEvents } from "./read_events.ts";
import type { InvokeOptions, SupabaseLike } from "./supabase_like.ts";

/** A call of the function. */
export interface FunctionCall extends InvokeOptions {
  /** Called with the name of each step as it begins. Setting it asks the function for an event stream. */
  onStep?: (step: string) => void;
}

/**
 * Calls the function once through the caller's own client, with its session, headers and `fetch`. Callers have to treat
 * any failure after an abort of the signal as the abort.
 *
 * @param path The function's name and the rest of the path.
 * @returns The body of a successful answer.
 * @throws {ProcessImageError} If the call fails.
 */
export async function callFunction<T extends object>(
  supabase: SupabaseLike,
  path: string,
  { onStep, headers, ...call }: FunctionCall,
): Promise<T> {
  const accept = onStep ? "text/event-stream" : "application/json";
  const { data, error } = await supabase.functions.invoke(path, {
    ...call,
    headers: { accept, ...headers },
  });
  if (error) throw await failedCall(error);
  // Older functions and the legacy service ignore the `accept` header and answer JSON.
  if (isResponse(data)) return successOf<T>(await lastEvent(data, onStep));
  return successOf<T>({ status: 200, header: () => null, body: data });
}

function successOf<T extends object>(answer: FailedAnswer): T {
  const { status, body } = answer;
  if (status >= 300 || isErrorReply(body)) throw failureOf(answer);
  const isOurs = typeof body === "object" && body !== null && "request_id" in body;
  if (!isOurs) throw strangeSuccess(status);
  return body as T;
}

/** Converts an error of supabase-js: its `context` is the answer, or the network's error. */
async function failedCall(error: unknown): Promise<ProcessImageError> {
  const context = (error as { context?: unknown } | null)?.context;
  // supabase-js parses successful answers only, so invalid JSON means that one broke off.
  if (error instanceof SyntaxError) {
    const message = "The answer broke off. Try again.";
    return new ProcessImageError("invalid_answer", message, { retryable: true, cause: error });
  }
  if (!isResponse(context)) return networkFailed(context ?? error);
  try {
    const body = jsonOf(await context.text());
    return failureOf({ status: context.status, header: (name) => context.headers.get(name), body });
  } catch (cause) {
    return networkFailed(cause);
  }
}

/** Reads a stream up to the event that has the answer. */
async function lastEvent(
  { body }: Response,
  onStep?: (step: string) => void,
): Promise<FailedAnswer> {
  let cause: unknown;
  try {
    for await (const { event, data } of body ? readEvents(body) : []) {
      const payload = jsonOf(data);
      if (event === "step" && isStep(payload)) onStep?.(payload.step);
      if (event === "answer" && isAnswer(payload)) {
        const { status, headers, body } = payload;
        return { status, header: (name) => headers?.[name] ?? null, body };
      }
    }
  } catch (thrown) {
    cause = thrown;
  }
  // The platform ended the isolate, or the connection broke.
  throw networkFailed(cause ?? new Error("The stream ended without an answer."));
}

function isStep(payload: unknown): payload is { step: string } {
  return typeof (payload as { step?: unknown } | null)?.step === "string";
}

function isAnswer(
  payload: unknown,
): payload is { status: number; headers?: Record<string, string>; body: unknown } {
  return typeof (payload as { status?: unknown } | null)?.status === "number";
}

/** Recognizes responses by their shape: `instanceof` fails for those of a custom `fetch`. */
function isResponse(value: unknown): value is Response {
  return typeof value === "object" && value !== null && "headers" in value && "body" in value &&
    typeof (value as { text?: unknown }).text === "function";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
