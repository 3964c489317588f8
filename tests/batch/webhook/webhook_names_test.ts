// Proves that a webhook is called only at the addresses that were checked, whatever its name server answers and
// however often the answer changes. The name server is the test's own, on the loopback.
import assert from "node:assert/strict";
import type { Dial } from "../../../shared/batch/webhook/post_once.ts";
import { callWebhooks, type WebhookDeps } from "../../../shared/batch/webhook/webhook_caller.ts";
import { resolveName } from "../../../shared/batch/webhook/webhook_target.ts";
import { NameServer, type Records } from "../../helpers/name_server.ts";
import { fixture } from "../../helpers/call.ts";

const PUBLIC = "93.184.216.34";
const PUBLIC_V6 = "2606:2800:220:1::1";
const text = async (name: string) => new TextDecoder().decode(await fixture(`tls/${name}`));
const CERT = await text("webhook.test_cert.pem");
const KEY = await text("webhook.test_key.pem");

/** A TLS receiver of webhooks as `hooks.example.com`, with what it has received. */
class Receiver implements AsyncDisposable {
  readonly hosts: (string | null)[] = [];
  /** The addresses of the connections; all of them lead here. */
  readonly dialled: string[] = [];
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert: CERT, key: KEY, onListen: () => {} },
    (request) => {
      this.hosts.push(request.headers.get("host"));
      return new Response(null, { status: 204 });
    },
  );

  get port(): number {
    return this.#server.addr.port;
  }

  /** Connects to this receiver, whatever the address. @param peer The reported address of the other end. */
  dial(peer?: string): Dial {
    return async (hostname) => {
      this.dialled.push(hostname);
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: this.port });
      return { conn, peer: peer ?? hostname };
    };
  }

  async [Symbol.asyncDispose]() {
    await this.#server.shutdown();
  }
}

/** Calls a webhook. @returns The reason of its failure, `null` if it succeeded. */
async function call(url: string, deps: Partial<WebhookDeps>): Promise<string | null> {
  const counts = { queued: 0, processing: 0, succeeded: 1, failed: 0, cancelled: 0, total: 1 };
  const times = { createdAt: "2026-01-01T00:00:00Z", finishedAt: "2026-01-01T00:10:00Z" };
  const batch = { batchId: "batch", url, delivery: 1, tries: 1, state: "finished" as const };
  const due = [{ ...batch, counts, ...times }];
  const reports: (string | null)[] = [];
  await callWebhooks({
    store: {
      takeWebhook: () => Promise.resolve(due.shift() ?? null),
      reportWebhook: (_, fault) => Promise.resolve(void reports.push(fault)),
    },
    secret: "a-secret-of-the-receiver",
    allowPrivate: false,
    caCerts: [CERT],
    ...deps,
  });
  assert.equal(reports.length, 1);
  return reports[0];
}

const askingAt = ({ options }: NameServer) => (name: string) => resolveName(name, options);

/** Names that lead to a private address in various ways. */
const PRIVATE: Record<string, Records> = {
  "127.0.0.1.nip.example": { A: ["127.0.0.1"] },
  "10-1-2-3.nip.example": { A: ["10.1.2.3"] },
  "metadata.example": { A: ["169.254.169.254"] },
  "second.example": { A: [PUBLIC, "192.168.0.7"] },
  "last-of-many.example": { A: [...new Array<string>(5).fill(PUBLIC), "0.0.0.0"] },
  "loopback6.example": { AAAA: ["::1"] },
  "mapped.example": { AAAA: ["::ffff:127.0.0.1"] },
  "mapped-public.example": { AAAA: [`::ffff:${PUBLIC}`] },
  "translated.example": { AAAA: ["64:ff9b::7f00:1"] },
  "tunnel.example": { AAAA: ["2002:7f00:1::"] },
  "local6.example": { AAAA: ["fd00:ec2::254"] },
  "link6.example": { AAAA: ["fe80::1"] },
  "public4-private6.example": { A: [PUBLIC], AAAA: ["::1"] },
  "private4-public6.example": { A: ["127.0.0.1"], AAAA: [PUBLIC_V6] },
  "alias.example": { CNAME: "127.0.0.1.nip.example" },
  "alias-of-alias.example": { CNAME: "alias.example" },
  "alias-asked-for.example": { CNAME: "127.0.0.1.nip.example", isAliasOnly: true },
};

Deno.test("a name with a private address is neither called nor connected to", async () => {
  await using server = await NameServer.start(PRIVATE);
  await using receiver = new Receiver();
  for (const name of Object.keys(PRIVATE)) {
    const deps = { resolve: askingAt(server), dial: receiver.dial() };
    const fault = await call(`https://${name}:${receiver.port}/`, deps);
    assert.equal(fault, "its name leads to a private address", name);
    assert.ok(server.asked.some((question) => question.startsWith(`${name} `)), name);
  }
  assert.deepEqual([receiver.dialled, receiver.hosts], [[], []]);
});

Deno.test("a name with public addresses is called at one of them, under its own name", async () => {
  const names: Record<string, Records> = {
    "hooks.example.com": { A: [PUBLIC] },
  };
  await using server = await NameServer.start(names);
  await using receiver = new Receiver();
  const deps = { resolve: askingAt(server), dial: receiver.dial() };
  const url = `https://hooks.example.com:${receiver.port}/hook`;
  const ways: [Records, string][] = [
    [{ A: [PUBLIC] }, PUBLIC],
    [{ AAAA: [PUBLIC_V6] }, PUBLIC_V6],
    [{ A: [PUBLIC], AAAA: [PUBLIC_V6] }, PUBLIC],
    [{ CNAME: "cdn.example" }, "8.8.8.8"],
    [{ CNAME: "cdn.example", isAliasOnly: true }, "8.8.8.8"],
  ];
  names["cdn.example"] = { A: ["8.8.8.8"] };
  for (const [records, expected] of ways) {
    names["hooks.example.com"] = records;
    assert.equal(await call(url, deps), null);
    assert.equal(receiver.dialled.pop(), expected);
    assert.equal(receiver.hosts.pop(), `hooks.example.com:${receiver.port}`);
  }
  assert.equal(await call(`https://hooks.example.com.:${receiver.port}/`, deps), null);
});

Deno.test("a name that changes between check and call is called at the checked address", async () => {
  let asked = 0;
  const rebinding = () => ({ A: [asked++ === 0 ? PUBLIC : "127.0.0.1"] });
  await using server = await NameServer.start({ "hooks.example.com": rebinding });
  await using receiver = new Receiver();
  const resolve = async (name: string) => (await Deno.resolveDns(name, "A", server.options));
  const deps = { resolve, dial: receiver.dial() };
  const url = `https://hooks.example.com:${receiver.port}/`;
  assert.equal(await call(url, deps), null);
  assert.deepEqual([receiver.dialled, asked], [[PUBLIC], 1]);
  assert.equal(await call(url, deps), "its name leads to a private address");
  assert.equal(receiver.dialled.length, 1);
});

Deno.test("a name that does not resolve, or whose server fails, is not called", async () => {
  const names = { "fails.example": "fails" as const, "nothing.example": {} };
  await using server = await NameServer.start(names);
  await using receiver = new Receiver();
  const deps = { resolve: askingAt(server), dial: receiver.dial() };
  const faults = {
    "unknown.example": "its name does not resolve",
    "nothing.example": "its name does not resolve",
    "fails.example": "its name does not resolve",
  };
  for (const [name, fault] of Object.entries(faults)) {
    assert.equal(await call(`https://${name}/`, deps), fault, name);
  }
  assert.deepEqual(receiver.dialled, []);
});

Deno.test("without a name server, the address of the open connection is checked before anything is sent", async () => {
  await using receiver = new Receiver();
  const url = `https://hooks.example.com:${receiver.port}/`;
  const resolve = () => Promise.resolve(null);
  for (const peer of ["127.0.0.1", "::1", "::ffff:10.0.0.1", "169.254.169.254", ""]) {
    const fault = await call(url, { resolve, dial: receiver.dial(peer) });
    assert.equal(fault, "its name leads to a private address", peer);
  }
  assert.deepEqual(receiver.hosts, []);
  assert.equal(await call(url, { resolve, dial: receiver.dial(PUBLIC) }), null);
  assert.equal(receiver.dialled.at(-1), "hooks.example.com");
  assert.equal(receiver.hosts.length, 1);
});

Deno.test("a host without access to a name server returns no addresses", async () => {
  const original = Deno.resolveDns;
  const refusals = [
    new Deno.errors.PermissionDenied(),
    new Deno.errors.TimedOut(),
    new TypeError(),
  ];
  try {
    for (const refusal of refusals) {
      Deno.resolveDns = (): Promise<never> => Promise.reject(refusal);
      assert.equal(await resolveName("hooks.example.com"), null);
    }
    Reflect.deleteProperty(Deno, "resolveDns");
    assert.equal(await resolveName("hooks.example.com"), null);
  } finally {
    Deno.resolveDns = original;
  }
});

Deno.test("no webhook is called if the function can neither query a name server nor connect", async () => {
  const deps = { resolve: () => Promise.resolve(null), dial: null };
  assert.equal(
    await call("https://hooks.example.com/", deps),
    "its address cannot be checked here",
  );
});

Deno.test("if the function cannot connect by address, a name is checked just before the call", async () => {
  await using server = await NameServer.start(PRIVATE);
  const fetched: string[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = (input) => {
    fetched.push(String(input));
    return Promise.resolve(new Response(null, { status: 204 }));
  };
  try {
    const deps = { resolve: askingAt(server), dial: null };
    for (const name of Object.keys(PRIVATE)) {
      assert.equal(await call(`https://${name}/`, deps), "its name leads to a private address");
    }
    assert.deepEqual(fetched, []);
    server.names["hooks.example.com"] = { A: [PUBLIC] };
    assert.equal(await call("https://hooks.example.com/", deps), null);
    assert.deepEqual(fetched, ["https://hooks.example.com/"]);
  } finally {
    globalThis.fetch = original;
  }
});

Deno.test("the next address is tried if one refuses connections, or does not answer within 3 s", async () => {
  await using receiver = new Receiver();
  const url = `https://hooks.example.com:${receiver.port}/`;
  const both = () => Promise.resolve([PUBLIC, PUBLIC_V6]);
  const one = () => Promise.resolve([PUBLIC]);
  const refuse = () => Promise.reject(new Deno.errors.ConnectionRefused());
  for (const first of [refuse, () => new Promise<never>(() => {})]) {
    const dial: Dial = (hostname, port) =>
      hostname === PUBLIC ? first() : receiver.dial()(hostname, port);
    assert.equal(await call(url, { resolve: both, dial }), null);
    assert.deepEqual(receiver.dialled.splice(0), [PUBLIC_V6]);
  }
  assert.equal(await call(url, { resolve: one, dial: refuse }), "it cannot be reached");
});

Deno.test("a call ends at its deadline, whether the name server, the address or the receiver is silent", async () => {
  const never = () => new Promise<never>(() => {});
  const resolve = () => Promise.resolve([PUBLIC]);
  await using listener = listen();
  const dial = async () => ({
    conn: await Deno.connect({ hostname: "127.0.0.1", port: listener.port }),
    peer: PUBLIC,
  });
  for (const deps of [{ resolve: never, dial }, { resolve, dial: never }, { resolve, dial }]) {
    const fault = await call("https://hooks.example.com/", { ...deps, timeoutMs: 50 });
    assert.equal(fault, "no answer within 0.05 s");
  }
});

/** Accepts connections, and never sends anything. */
function listen() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const conn of listener) open.push(conn);
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const conn of open) conn.close();
    },
  };
}

Deno.test("an address without a certificate for the name receives nothing", async () => {
  await using receiver = new Receiver();
  const dial = receiver.dial();
  const resolve = () => Promise.resolve([PUBLIC]);
  const refused = "its name has no valid certificate, or it does not speak TLS";
  const other = `https://other.example.com:${receiver.port}/`;
  assert.equal(await call(other, { resolve, dial }), refused);
  const own = `https://hooks.example.com:${receiver.port}/`;
  assert.equal(
    await call(own, { resolve, dial, caCerts: [] }),
    refused,
    "it has no trusted certificate",
  );
  assert.equal(await call(`https://${PUBLIC}:${receiver.port}/`, { dial }), refused);
  assert.deepEqual(receiver.hosts, []);
});
