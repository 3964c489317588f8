import { z } from "zod";
import { type Answer, SmokeFailure } from "./client.ts";

const errorReply = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * Parses an answer with an expected status.
 *
 * @throws {SmokeFailure} If the status or the shape is unexpected.
 */
export function readAnswer<T extends z.ZodType>(
  answer: Answer,
  status: number,
  schema: T,
): z.output<T> {
  const { error, text } = describe(answer);
  if (answer.status !== status) {
    throw new SmokeFailure(`HTTP ${answer.status}, not ${status}: ${error ?? text}`);
  }
  const parsed = schema.safeParse(parseJson(answer));
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new SmokeFailure(`HTTP ${status} with an unexpected shape: ${path.join(".")}: ${message}`);
}

/**
 * Checks that an answer is a documented error.
 *
 * @returns A description of the answer.
 * @throws {SmokeFailure} If the answer is a different one.
 */
export function expectError(answer: Answer, status: number, code: string): string {
  const { error } = readAnswer(answer, status, errorReply);
  if (error.code !== code) throw new SmokeFailure(`HTTP ${status} ${error.code}, not ${code}`);
  return `HTTP ${status} ${code}`;
}

function describe(answer: Answer): { error?: string; text: string } {
  const parsed = errorReply.safeParse(parseJson(answer));
  const error = parsed.success
    ? `${parsed.data.error.code}: ${parsed.data.error.message}`
    : undefined;
  return { error, text: textOf(answer).slice(0, 200).replace(/\s+/g, " ") };
}

function parseJson(answer: Answer): unknown {
  try {
    return JSON.parse(textOf(answer));
  } catch {
    return undefined;
  }
}

function textOf({ bytes }: Answer): string {
  return new TextDecoder().decode(bytes);
}
