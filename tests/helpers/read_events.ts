import assert from "node:assert/strict";
import {
  type AnswerEvent,
  answerEventSchema,
  stepEventSchema,
} from "../../contract/progress_schema.ts";
import { assertDocumented, contractFaults, schemaFaults } from "./contract.ts";
import { within } from "./until.ts";

/** The content of a stream of events. */
export interface Events {
  /** The steps, in the order of their start. */
  steps: string[];
  answer: AnswerEvent;
}

/**
 * Reads a photo's events to their end.
 *
 * @param response A stream of events.
 * @param onStep Called with each step as it is read.
 * @param deadlineMs Bound on the whole stream, in milliseconds. @default two minutes
 * @throws {DeadlineError} If the stream has not ended by then.
 */
export async function readEvents(
  response: Response,
  onStep: (step: string) => void | Promise<void> = () => {},
  deadlineMs?: number,
): Promise<Events> {
  return await within(readAll(response, onStep), "the end of a stream of events", deadlineMs);
}

async function readAll(
  response: Response,
  onStep: (step: string) => void | Promise<void>,
): Promise<Events> {
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(response.headers.get("cache-control"), "no-store");
  assertDocumented(response, "", "POST");
  const steps: string[] = [];
  let answer: AnswerEvent | undefined;
  let rest = "";
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n\n");
    rest = parts.pop()!;
    for (const part of parts) {
      assert.equal(answer, undefined, "an event after the answer");
      const [, name, data] = /^event: (\w+)\ndata: (.+)$/.exec(part)!;
      if (name === "answer") {
        answer = answerEventSchema.parse(JSON.parse(data));
        assert.deepEqual(schemaFaults(["components", "schemas", "AnswerEvent"], answer), []);
        assert.deepEqual(answerFaults(response.url, answer), []);
        continue;
      }
      assert.equal(name, "step");
      const { step } = stepEventSchema.parse(JSON.parse(data));
      steps.push(step);
      await onStep(step);
    }
  }
  assert.equal(rest, "");
  return { steps, answer: answer! };
}

/**
 * Finds what is wrong with the answer in the stream by the document. The headers of the connection belong to the
 * stream.
 */
function answerFaults(url: string, { status, headers, body }: AnswerEvent): string[] {
  return contractFaults({
    ...{ url, method: "POST", status },
    headers: new Headers({
      ...headers,
      "content-type": "application/json",
      "x-request-id": body.request_id,
    }),
    body: JSON.stringify(body),
  });
}
