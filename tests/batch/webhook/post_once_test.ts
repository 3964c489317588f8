// Proves that the one-shot HTTP/1.1 client of webhooks sends a whole request, reads a status from any pieces, and
// ends in bounded time and memory whatever the other end does.
import assert from "node:assert/strict";
import { type Post, PostError, postOnce } from "../../../shared/batch/webhook/post_once.ts";
import { until } from "../../helpers/until.ts";

/** A server's behaviour on a connection. */
type Behaviour = (conn: Deno.TcpConn) => Promise<void>;

const encode = (text: string) => new TextEncoder().encode(text);

/** Serves connections on the loopback one after the other, each with a behaviour of its own. */
class RawServer implements AsyncDisposable {
  /** The received requests, as far as they were read. */
  readonly requests: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  /** Resolves when each behaviour has had its connection. */
  readonly served: Promise<void>;

  constructor(...behaviours: Behaviour[]) {
    this.served = this.#serve(behaviours);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  async #serve(behaviours: Behaviour[]): Promise<void> {
    for (const behave of behaviours) {
      using conn = await this.#listener.accept();
      this.requests.push(await readRequest(conn));
      await behave(conn).catch(() => {}); // the client may have disconnected
    }
  }

  async [Symbol.asyncDispose]() {
    await this.served;
    this.#listener.close();
  }
}

/** Reads a request whose body has the length of `content-length`. */
async function readRequest(conn: Deno.Conn): Promise<string> {
  let text = "";
  const chunk = new Uint8Array(1 << 16);
  const decoder = new TextDecoder();
  for (;;) {
    const [, head, body] = /^(.*?)\r\n\r\n(.*)$/s.exec(text) ?? [];
    const length = Number(/content-length: (\d+)/.exec(head ?? "")?.[1] ?? NaN);
    if (encode(body ?? "").length >= length) return text;
    const read = await conn.read(chunk);
    if (read === null) return text;
    text += decoder.decode(chunk.subarray(0, read), { stream: true });
  }
}

const answering = (text: string): Behaviour => async (conn) => void await conn.write(encode(text));

function send(url: string, post: Partial<Post> = {}): Promise<number> {
  return postOnce({
    url: new URL(url),
    headers: { "content-type": "application/json" },
    body: '{"note":"für"}',
    hosts: ["127.0.0.1"],
    isAllowed: () => true,
    signal: AbortSignal.timeout(10_000),
    ...post,
  });
}

Deno.test("postOnce() sends a whole HTTP/1.1 request", async () => {
  await using server = new RawServer(answering("HTTP/1.1 204 No Content\r\n\r\n"));
  assert.equal(await send(`${server.url}/a%20b/%0d%0ax?q=ä&r=%0d%0a#not-sent`), 204);
  const { host } = new URL(server.url);
  assert.equal(
    server.requests[0],
    "POST /a%20b/%0d%0ax?q=%C3%A4&r=%0d%0a HTTP/1.1\r\n" +
      `host: ${host}\r\ncontent-type: application/json\r\ncontent-length: 15\r\n` +
      'connection: close\r\n\r\n{"note":"für"}',
  );
});

Deno.test("postOnce() sends a body of a megabyte completely", async () => {
  await using server = new RawServer(answering("HTTP/1.1 200 OK\r\n\r\n"));
  const body = "ä".repeat(500_000);
  assert.equal(await send(server.url, { body }), 200);
  assert.ok(server.requests[0].endsWith(`\r\n\r\n${body}`));
});

Deno.test("postOnce() reads the status of an answer after interim ones", async () => {
  const answers: [string, number][] = [
    ["HTTP/1.1 200 OK\r\n\r\n", 200],
    ["HTTP/1.1 200\r\n\r\n", 200],
    ["HTTP/1.1 200 \r\n\r\n", 200],
    ["HTTP/1.0 404 Not Found\r\ncontent-length: 0\r\n\r\n", 404],
    ["HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\n\r\n", 302],
    ["HTTP/1.1 500 Fehler äöü\n\n", 500],
    ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n\r\n", 201],
    ["HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 202 A\r\n", 202],
    ["HTTP/1.1 101 Switching Protocols\r\n\r\n", 101],
    ["HTTP/1.1 999 Odd\r\n", 999],
  ];
  await using server = new RawServer(...answers.map(([text]) => answering(text)));
  for (const [text, status] of answers) assert.equal(await send(server.url), status, text);
});

Deno.test("postOnce() reads a status that arrives byte by byte", async () => {
  const text = "HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 418 Teapot\r\n\r\n";
  await using server = new RawServer(async (conn) => {
    for (const byte of encode(text)) await conn.write(new Uint8Array([byte]));
  });
  assert.equal(await send(server.url), 418);
});

Deno.test("postOnce() refuses anything else as an answer", async () => {
  const answers = [
    "",
    "HTTP/1.1 200 OK", // the line does not end
    "HTTP/2 200\r\n\r\n",
    "HTTP/1.10 200 OK\r\n\r\n",
    "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/1.1 20 OK\r\n\r\n",
    "HTTP/1.1 +20 OK\r\n\r\n",
    "HTTP/1.1  200 OK\r\n\r\n",
    "http/1.1 200 OK\r\n\r\n",
    " HTTP/1.1 200 OK\r\n\r\n",
    "\r\nHTTP/1.1 200 OK\r\n\r\n",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 100 Continue\r\nx: y\r\nHTTP/1.1 200 OK\r\n",
  ];
  await using server = new RawServer(...answers.map(answering));
  for (const text of answers) {
    await assert.rejects(send(server.url), new PostError("its answer cannot be read"), text);
  }
});

Deno.test("postOnce() stops reading an endless answer", async () => {
  const endless = (start: string): Behaviour => async (conn) => {
    await conn.write(encode(start));
    for (;;) await conn.write(new Uint8Array(1 << 16).fill(0x61)); // until the client has closed the connection
  };
  await using server = new RawServer(endless("HTTP/1.1 "), endless("HTTP/1.1 103 E\r\nlink: "));
  for (let calls = 0; calls < 2; calls++) {
    await assert.rejects(send(server.url), new PostError("its answer cannot be read"));
  }
});

Deno.test("postOnce() ends with its signal, whether the other end is silent or slow", async () => {
  const silent: Behaviour = async (conn) => void await conn.read(new Uint8Array(1)); // until the client closes
  const dripping: Behaviour = async (conn) => {
    await conn.write(encode("HTTP/1.1 2"));
    await silent(conn);
  };
  await using server = new RawServer(silent, dripping);
  for (const calls of [1, 2]) {
    const caller = new AbortController();
    const heard = assert.rejects(send(server.url, { signal: caller.signal }), /given up/);
    await until(() => server.requests.length === calls);
    caller.abort(new Error("given up"));
    await heard;
  }
  const never: Post["dial"] = () => new Promise(() => {});
  const signal = AbortSignal.abort(new Error("given up"));
  await assert.rejects(send("http://127.0.0.1/", { dial: never, signal }), /given up/);
});

Deno.test("postOnce() closes a connection that opens too late", async () => {
  const conn = Promise.withResolvers<Deno.TcpConn>();
  const caller = new AbortController();
  const dial = async () => ({ conn: await conn.promise, peer: "127.0.0.1" });
  const sent = send("http://127.0.0.1/", { dial, signal: caller.signal });
  caller.abort(new Error("given up"));
  await assert.rejects(sent, /given up/);
  const closed = Promise.withResolvers<void>();
  conn.resolve({ close: () => closed.resolve() } as unknown as Deno.TcpConn);
  await closed.promise;
});

Deno.test("postOnce() sends nothing to a forbidden address", async () => {
  await using server = new RawServer(async () => {});
  const refused = new PostError("its name leads to a private address");
  const asked: string[] = [];
  const isAllowed = (peer: string) => (asked.push(peer), false);
  await assert.rejects(send(server.url, { isAllowed }), refused);
  assert.deepEqual(asked, ["127.0.0.1"]);
  await server.served;
  assert.deepEqual(server.requests, [""]);
});
