// Proves over raw connections that Content-Length is not trusted.
import assert from "node:assert/strict";
import { startFunction } from "../../dev/function_process.ts";
import { ALONE } from "../fuzz/in_process.ts";
import { concat, latin1 } from "../helpers/bytes.ts";
import { expectReply, fixture, sendBytes } from "../helpers/call.ts";
import { bothDenos } from "../helpers/test_form.ts";

const photo = await fixture("small.jpg");
const MAX_BYTES = 200_000;

/** Sends bytes unchanged over a connection of its own, and reads the answer until the connection closes. */
async function overTcp(port: number, bytes: Uint8Array, breakOff: boolean): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const received: number[] = [];
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    if (breakOff) await connection.closeWrite();
    const buffer = new Uint8Array(65_536);
    for (let n = 0; n !== null;) {
      n = await connection.read(buffer) as number;
      if (n !== null) received.push(...buffer.subarray(0, n));
    }
  } catch {
    // The function has disconnected: its answer before that counts.
  }
  return new TextDecoder().decode(Uint8Array.from(received));
}

function head(...headers: string[]): Uint8Array {
  return latin1([
    "POST /process-image?variants=grid HTTP/1.1",
    "Host: 127.0.0.1",
    "Connection: close",
    `apikey: ${ALONE.SUPABASE_SECRET_KEY}`,
    "Content-Type: image/jpeg",
    ...headers,
    "\r\n",
  ].join("\r\n"));
}

/** A body in chunks of 16 kB. */
function chunked(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 16_384) {
    const part = bytes.subarray(at, at + 16_384);
    parts.push(latin1(`${part.length.toString(16)}\r\n`), part, latin1("\r\n"));
  }
  return concat(...parts, latin1("0\r\n\r\n"));
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);

for (const deno of bothDenos()) {
  Deno.test(`Content-Length is not trusted (Deno ${deno})`, async (t) => {
    const env = { ...ALONE, MAX_IMAGE_BYTES: String(MAX_BYTES) };
    const running = await startFunction({ deno, env });
    const send = (...parts: Uint8Array[]) => overTcp(running.port, concat(...parts), false);
    const breakOff = (...parts: Uint8Array[]) => overTcp(running.port, concat(...parts), true);
    const works = () =>
      expectReply(
        sendBytes(`${running.url}/process-image`, { apikey: env.SUPABASE_SECRET_KEY }, photo),
      );
    try {
      await t.step("a correct length is processed, with and without chunks", async () => {
        assert.equal(statusOf(await send(head(`Content-Length: ${photo.length}`), photo)), 200);
        assert.equal(statusOf(await send(head("Transfer-Encoding: chunked"), chunked(photo))), 200);
      });
      await t.step(
        "a length that is too small truncates the photo, which is refused as damaged",
        async () => {
          const answer = await send(head("Content-Length: 5000"), photo);
          assert.equal(statusOf(answer), 422);
          assert.match(answer, /"code":"invalid_image"/);
          await works();
        },
      );
      await t.step(
        "a length that is too large breaks the body off, and nothing is processed",
        async () => {
          const answer = await breakOff(head(`Content-Length: ${photo.length + 5_000}`), photo);
          assert.ok([0, 400, 499].includes(statusOf(answer)), answer);
          assert.doesNotMatch(answer, /"success":true|internal_error/);
          await works();
        },
      );
      await t.step(
        "a length of a hundred gigabytes, or one that is not a number, is refused",
        async () => {
          for (const length of ["107374182400", "9".repeat(40), "-1", "1e9", "0x10", "5, 6"]) {
            const answer = await breakOff(head(`Content-Length: ${length}`), photo);
            assert.ok([0, 400, 413, 499].includes(statusOf(answer)), `${length}: ${answer}`);
            assert.doesNotMatch(answer, /"success":true|internal_error/);
          }
          await works();
        },
      );
      await t.step("a body in chunks without a length is counted while it is read", async () => {
        const answer = await send(
          head("Transfer-Encoding: chunked"),
          chunked(new Uint8Array(MAX_BYTES * 4)),
        );
        assert.equal(statusOf(answer), 413);
        assert.match(answer, /"code":"body_too_large"/);
        await works();
      });
      await t.step(
        "a small length beside a large body in chunks is refused",
        async () => {
          const headers = head("Content-Length: 10", "Transfer-Encoding: chunked");
          const answer = await send(headers, chunked(new Uint8Array(MAX_BYTES * 4)));
          assert.ok([0, 400, 413].includes(statusOf(answer)), answer);
          await works();
        },
      );
      await t.step("invalid chunks are refused", async () => {
        for (const body of ["zz\r\n", "-5\r\nabcde\r\n", "ffffffffffffffffff\r\n", "5\r\nab"]) {
          const answer = await breakOff(head("Transfer-Encoding: chunked"), latin1(body));
          assert.ok([0, 400, 499].includes(statusOf(answer)), `${body}: ${answer}`);
          assert.doesNotMatch(answer, /internal_error/);
        }
        await works();
      });
      await t.step("the log contains no failure of the function", () => {
        assert.deepEqual(running.logs.filter((line) => line.includes('"event":"failed"')), []);
      });
    } finally {
      await running.close();
    }
  });
}
