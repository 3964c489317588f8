/**
 * Proves that the function aborts a body in tiny chunks before it costs more than a refusal may, and uses no memory
 * beyond its size.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ALONE } from "../fuzz/in_process.ts";
import { startCostMeter } from "../helpers/request_cost.ts";
import { bothDenos } from "../helpers/test_form.ts";

/**
 * Bound on such a body's CPU, in milliseconds: per request, and per megabyte sent. Higher than elsewhere: Deno 2.9.6
 * itself needs 65 ms to drop a megabyte of one-byte chunks (2.1.4: 5 ms).
 */
const MAX_CPU = { eachMs: 50, perMegabyteMs: 40 };

/** The chunks' size, the expected status, and further headers. */
const BODIES: [chunks: number, bytes: number, status: number, header?: string][] = [
  [300, 1, 415],
  [5_000, 1, 400],
  [200_000, 1, 400],
  [50_000, 50, 400],
  [50_000, 1, 400, "Accept: text/event-stream"],
  [2_000, 5_000, 415],
];

for (const deno of bothDenos()) {
  Deno.test({
    name: `a body of tiny chunks costs no more than a refusal may (Deno ${deno})`,
    ignore: Deno.build.os !== "linux", // the CPU of a thread is read from /proc
    async fn(t) {
      await using meter = await startCostMeter(deno, ALONE);
      const send = (chunks: number, bytes: number, header?: string) =>
        meter.measure(() => sendChunks(meter.url, chunks, bytes, header));
      for (let i = 0; i < 3; i++) await send(300, 1); // the first run includes compilation
      for (const [chunks, bytes, status, header] of BODIES) {
        await t.step(
          `${chunks} chunks of ${bytes} bytes end in ${status} (${header ?? "JSON"})`,
          async () => {
            const maxMs = MAX_CPU.eachMs + MAX_CPU.perMegabyteMs * chunks * (bytes + 6) / 1e6;
            let told = "";
            for (let attempt = 0; attempt < 3; attempt++) {
              const cost = await send(chunks, bytes, header);
              assert.equal(cost.status, status, cost.text);
              told = `${cost.cpuMs} of ${maxMs} ms, ${cost.peakBytes} bytes`;
              if (cost.cpuMs < maxMs && cost.peakBytes < 3 * chunks * bytes + 24e6) return;
            }
            assert.fail(told);
          },
        );
      }
    },
  });
}

/** Sends a photo's request over a raw connection: clients merge small chunks. */
async function sendChunks(
  url: string,
  chunks: number,
  bytes: number,
  header = "X-Nothing: 0",
): Promise<Response> {
  const { hostname, port, pathname } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${hostname}`,
    "Connection: close",
    `apikey: ${ALONE.SUPABASE_SECRET_KEY}`,
    "Content-Type: image/jpeg",
    "Transfer-Encoding: chunked",
    header,
    "\r\n",
  ].join("\r\n");
  const chunk = `${bytes.toString(16)}\r\n${"x".repeat(bytes)}\r\n`;
  const request = new TextEncoder().encode(`${head}${chunk.repeat(chunks)}0\r\n\r\n`);
  const sending = sendAll(connection, request);
  const text = await textOf(connection);
  await sending;
  return new Response(text, { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]) });
}

async function sendAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  } catch {
    // The function has aborted it.
  }
}

async function textOf(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  try {
    for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
      text += new TextDecoder().decode(buffer.subarray(0, n));
    }
  } catch {
    // It has disconnected before the end: its answer before that counts.
  }
  return text;
}
