// Proves that the local gateway forwards requests, answers and disconnects.
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { createFunctionGateway } from "../../dev/function_gateway.ts";

/** Serves `handle` as the functions, behind the gateway; returns the gateway's address. */
async function withGateway(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  run: (url: string) => Promise<void>,
): Promise<void> {
  const functions = createServer(handle);
  await new Promise<void>((resolve) => functions.listen(0, "127.0.0.1", resolve));
  const gateway = createFunctionGateway();
  gateway.forwardTo(`http://127.0.0.1:${(functions.address() as AddressInfo).port}`);
  const front = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => gateway.route(request) ?? new Response("not routed", { status: 404 }),
  );
  try {
    await run(`http://127.0.0.1:${front.addr.port}`);
  } finally {
    functions.closeAllConnections();
    await new Promise((resolve) => functions.close(resolve));
    await front.shutdown();
  }
}

Deno.test("the gateway removes its prefix and forwards the rest", async () => {
  await withGateway(
    async (request, response) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { url, method, headers } = request;
      const body = await new Blob(chunks as BlobPart[]).text();
      response.writeHead(418, { "x-answer": "yes" });
      response.end(JSON.stringify({ url, method, body, auth: headers.authorization }));
    },
    async (url) => {
      const response = await fetch(`${url}/functions/v1/process-image/batch/7?a=b%20c`, {
        method: "PUT",
        headers: { authorization: "Bearer x" },
        body: "content",
      });
      assert.equal(response.status, 418);
      assert.equal(response.headers.get("x-answer"), "yes");
      assert.deepEqual(await response.json(), {
        url: "/process-image/batch/7?a=b%20c",
        method: "PUT",
        body: "content",
        auth: "Bearer x",
      });
      const other = await fetch(`${url}/storage/v1/bucket`);
      assert.equal(await other.text(), "not routed");
    },
  );
});

Deno.test("the gateway forwards a compressed answer readably", async () => {
  const text = "process-image ".repeat(100);
  await withGateway(
    (_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" });
      response.end(gzipSync(text));
    },
    async (url) => assert.equal(await (await fetch(`${url}/functions/v1/x`)).text(), text),
  );
});

Deno.test("a caller's disconnect reaches the function", async () => {
  const arrived = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  await withGateway(
    (_, response) => {
      response.on("close", () => gone.resolve());
      arrived.resolve();
    },
    async (url) => {
      const caller = new AbortController();
      const rejected = assert.rejects(
        fetch(`${url}/functions/v1/x`, { signal: caller.signal }),
        { name: "AbortError" },
      );
      await arrived.promise;
      caller.abort();
      await rejected;
      await gone.promise;
    },
  );
});
