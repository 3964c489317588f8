import { type FailedAnswer, failureOf, isErrorReply, strangeSuccess } from "./failure_of.ts";
import { networkFailed, ProcessImageError } from "./process_image_error.ts";
import { readEvents } from "./read_events.ts";
import type { InvokeOptions, SupabaseLike } from "./supabase_like.ts";

/** A call of the function. */
export interface FunctionCall extends InvokeOptions {
  /** Hears the names of the steps as they begin; asks the function to tell them. */
  onStep?: (step: string) => void;
}

/**
 * Calls the function once, by the caller's own client: with its session, headers and `fetch`. Once the signal is aborted, whatever
 * it fails with is to be taken for that.
 *
 * @param path The function's name, and what follows it.
 * @returns The body of a success.
 * @throws {ProcessImageError} If there is none.
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
  // Functions of before this header, and the legacy service, answer JSON to it.
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

/** What supabase-js tells of a call that failed: the answer, or what the network failed with, is in `context`. */
async function failedCall(error: unknown): Promise<ProcessImageError> {
  const context = (error as { context?: unknown } | null)?.context;
  // Only a success that breaks off is JSON that is none.
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

/** The event that ends a stream has the answer. */
async function lastEvent(
  { body }: Response,
  onStep?: (step: string) => void,
): Promise<FailedAnswer> {
  let cause: unknown;
  try {
    for await (const { event, data } of body ? readEvents(body) : []) {
      const told = jsonOf(data);
      if (event === "step" && isStep(told)) onStep?.(told.step);
      if (event === "answer" && isAnswer(told)) {
        const { status, headers, body } = told;
        return { status, header: (name) => headers?.[name] ?? null, body };
      }
    }
  } catch (thrown) {
    cause = thrown;
  }
  // Its isolate was ended, or the line was cut.
  throw networkFailed(cause ?? new Error("The stream ended without an answer."));
}

function isStep(told: unknown): told is { step: string } {
  return typeof (told as { step?: unknown } | null)?.step === "string";
}

function isAnswer(
  told: unknown,
): told is { status: number; headers?: Record<string, string>; body: unknown } {
  return typeof (told as { status?: unknown } | null)?.status === "number";
}

/** `instanceof` fails for those of a `fetch` that was brought along. */
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
