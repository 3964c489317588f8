import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { readBody, toHeaders } from "./api4ai/node_http.ts";

/** The simulator's reactions to a request with the right key. */
export type LegacyBehaviour =
  /** The usual answer. */
  | { kind: "ok" }
  /** An answer of another status, with JSON. */
  | { kind: "status"; status: number }
  /** No answer until the caller gives up. */
  | { kind: "hang" }
  /** A page of status 200, like that of a proxy. */
  | { kind: "html" }
  /** JSON of status 200 that reports a failure. */
  | { kind: "failure" }
  /** A connection that closes without an answer. */
  | { kind: "close" };

/** A received request. */
export interface LegacyCall {
  /** The path with its query. */
  path: string;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

/** A running simulator of the legacy service. */
export interface LegacySimulator {
  readonly url: string;
  /** The only valid key. */
  readonly apiKey: string;
  /** All requests. Tests may clear the list. */
  readonly calls: LegacyCall[];
  /** Sets the reaction to requests from now on. */
  behave(behaviour: LegacyBehaviour): void;
  /** Closes the simulator and all its connections. */
  close(): Promise<void>;
}

/** Text of the legacy service that must not appear in any error of the function. */
export const LEGACY_TEXT = "Traceback: /srv/old/app.py";

/** The answer to every photo: the fields of the legacy service, and an unknown one. */
export const LEGACY_REPLY = {
  success: true,
  processed: "b2xkIHByb2Nlc3NlZA==",
  grid: "b2xkIGdyaWQ=",
  detail: "b2xkIGRldGFpbA==",
  metadata: { original_size: [640, 427], filename: "car.jpg", engine: "pillow" },
  unknown_field: ["passed on", 1.5],
};

/** Starts a simulator of the legacy Python service on 127.0.0.1. It simulates the interface, not the pictures. */
export async function startLegacySimulator(): Promise<LegacySimulator> {
  const apiKey = "legacy-simulator-key";
  const calls: LegacyCall[] = [];
  let behaviour: LegacyBehaviour = { kind: "ok" };
  const server = createServer((request, response) => {
    receive(request).then((call) => {
      calls.push(call);
      const isKnown = call.headers.get("x-api-key") === apiKey;
      perform(isKnown ? behaviour : { kind: "status", status: 401 }, response);
    }).catch(() => response.destroy()); // the caller has disconnected
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/process-image`,
    apiKey,
    calls,
    behave: (next) => void (behaviour = next),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function receive(request: IncomingMessage): Promise<LegacyCall> {
  const body = await readBody(request);
  return { path: request.url ?? "", headers: toHeaders(request), body };
}

function perform(behaviour: LegacyBehaviour, response: ServerResponse): void {
  switch (behaviour.kind) {
    case "ok":
      return send(response, 200, LEGACY_REPLY);
    case "status":
      return send(response, behaviour.status, { success: false, error: LEGACY_TEXT });
    case "failure":
      return send(response, 200, { success: false, error: LEGACY_TEXT });
    case "html":
      response.writeHead(200, { "content-type": "text/html" });
      return void response.end(`<html>${LEGACY_TEXT}</html>`);
    case "close":
      return void response.destroy();
    case "hang":
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
