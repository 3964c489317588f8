import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ParsedBehaviour } from "./behaviour.ts";
import type { Flaw } from "./messages.ts";
import { sendJson, sendText } from "./node_http.ts";
import {
  documentedReply,
  failureReply,
  oldShapeReply,
  type ReplyFacts,
  shuffledReply,
} from "./reply.ts";

/** Context of a behaviour; the picture is created on demand. */
export interface Performance {
  response: ServerResponse;
  filename: string;
  received: Uint8Array;
  /** Returns the facts of a correct answer; `undefined` if the image cannot be decoded. */
  facts(flaw: Flaw): Promise<ReplyFacts | undefined>;
  /** Called with the bytes of a huge reply that the caller, or a proxy, has accepted. */
  onSent(bytes: number): void;
}

const HTML_PAGE =
  "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n";

/** Answers one request as the behaviour says. */
export async function perform(behaviour: ParsedBehaviour, act: Performance): Promise<void> {
  const { response } = act;
  const answer = async (
    flaw: Flaw,
    shape: (facts: ReplyFacts) => unknown,
  ): Promise<string> => {
    const facts = await act.facts(flaw);
    return JSON.stringify(facts ? shape(facts) : failureReply(act, "Can not load image."));
  };

  switch (behaviour.kind) {
    case "ok":
      return sendText(response, 200, await answer("none", documentedReply));
    case "ok-old-shape":
      return sendText(response, 200, await answer("none", oldShapeReply));
    case "ok-shuffled":
      return sendText(response, 200, await answer("none", shuffledReply));
    case "failure":
      return sendJson(response, 200, failureReply(act, behaviour.message));
    case "status": {
      const body = behaviour.body ?? JSON.stringify({ message: `Status ${behaviour.status}` });
      return sendText(response, behaviour.status, body, behaviour.headers);
    }
    case "html":
      return sendText(response, behaviour.status, HTML_PAGE, { "content-type": "text/html" });
    case "hang":
      return;
    case "slow-drip":
      return drip(response, await answer("none", documentedReply), behaviour.intervalMs);
    case "half-json": {
      const text = await answer("none", documentedReply);
      return sendText(response, 200, text.slice(0, text.length / 2));
    }
    case "not-an-image": {
      const picture = Buffer.from("This is not an image.").toString("base64");
      const text = await answer("none", (facts) => documentedReply({ ...facts, picture }));
      return sendText(response, 200, text);
    }
    case "wrong-size":
    case "all-transparent":
    case "all-opaque":
      return sendText(response, 200, await answer(behaviour.kind, documentedReply));
    case "close":
      response.destroy();
      return;
    case "close-midway": {
      const text = await answer("none", documentedReply);
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      });
      response.write(text.slice(0, text.length / 2), () => response.destroy());
      return;
    }
    case "huge":
      return sendHuge(response, behaviour.bytes, act.onSent);
    case "empty-results":
      return sendJson(response, 200, { results: [] });
  }
}

function drip(response: ServerResponse, text: string, intervalMs: number): void {
  response.writeHead(200, { "content-type": "application/json" });
  let sent = 0;
  const timer = setInterval(() => response.write(text.charAt(sent++)), intervalMs);
  response.on("close", () => clearInterval(timer));
}

/** Sends a huge reply piece by piece; the reader may stop at any time. */
async function sendHuge(
  response: ServerResponse,
  bytes: number,
  onSent: (bytes: number) => void,
): Promise<void> {
  response.writeHead(200, { "content-type": "application/json" });
  await pipeline(Readable.from(hugeReply(bytes, onSent)), response).catch(() => {});
}

function* hugeReply(bytes: number, onSent: (bytes: number) => void): Generator<string> {
  yield '{"results":[{"status":{"code":"ok","message":"Success"},"entities":[';
  yield '{"kind":"image","format":"PNG","image":"';
  const chunk = "A".repeat(1 << 16);
  for (let sent = 0; sent < bytes; sent += chunk.length) {
    yield chunk;
    onSent(sent + chunk.length);
  }
  yield '"}]}]}';
}
