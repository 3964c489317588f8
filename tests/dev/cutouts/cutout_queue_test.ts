// Proves that nothing hangs in the cutout server: its queue, clients that disconnect, a model process that ends or hangs.
import assert from "node:assert/strict";
import { type CutoutServer, startCutoutServer } from "../../../dev/cutouts/cutout_server.ts";
import { seen, until } from "../../helpers/until.ts";
import { paint, post, type Reply } from "../simulator_client.ts";
import { TINY, tinyModel } from "./tiny_model.ts";

const PHOTO = paint(200, 150, "#dddddd", { x: 50, y: 40, width: 100, height: 60 });
const MAX_WAITING = 4;

type Server = CutoutServer & { apiKey: string; lines: string[] };

/** Runs a test with a server of its own. */
function serverTest(
  name: string,
  run: (server: Server) => Promise<void>,
  options: { photoTimeoutMs?: number; bodyTimeoutMs?: number; maxWaiting?: number } = {},
): void {
  Deno.test(name, async () => {
    await using model = await tinyModel();
    const lines: string[] = [];
    const started = await startCutoutServer({
      ...{ title: "Tiny", file: model.file, input: TINY, maxWaiting: MAX_WAITING, ...options },
      onLog: (line) => lines.push(line),
    });
    const server = Object.assign(started, { apiKey: "", lines });
    try {
      await run(server);
    } finally {
      await server.close();
    }
  });
}

/** Stops the model's process, so that its photo stays in progress; the returned function continues it. */
function pauseModel(server: CutoutServer): () => void {
  const pid = server.modelPid!;
  Deno.kill(pid, "SIGSTOP");
  return () => Deno.kill(pid, "SIGCONT");
}

async function health(server: CutoutServer): Promise<{ computing: boolean; waiting: number }> {
  return await (await fetch(new URL("/health", server.url))).json();
}

async function statusOf(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  assert.equal(response.status, 200);
  return (await response.json() as Reply).results[0].status.code;
}

serverTest(
  "five requests at once wait in the queue, and the next one is answered 429 with Retry-After",
  async (server) => {
    const continueModel = pauseModel(server);
    const queued = Array.from({ length: 1 + MAX_WAITING }, () => post(server, PHOTO));
    await seen(
      () => health(server),
      ({ computing, waiting }) => computing && waiting === MAX_WAITING,
    );
    const refused = await post(server, PHOTO);
    assert.equal(refused.status, 429);
    assert.match(refused.headers.get("retry-after") ?? "", /^[1-9]\d?$/);
    assert.equal(typeof (await refused.json()).message, "string");
    continueModel();
    for (const answer of queued) assert.equal(await statusOf(answer), "ok");
    assert.equal(await statusOf(post(server, PHOTO)), "ok");
  },
);

serverTest(
  "a client that goes away leaves the queue, and the others are answered",
  async (server) => {
    const continueModel = pauseModel(server);
    const [first, second] = [post(server, PHOTO), post(server, PHOTO)];
    await seen(() => health(server), ({ waiting }) => waiting === 1);
    const leaving = new AbortController();
    const third = assert.rejects(post(server, PHOTO, { signal: leaving.signal }));
    await seen(() => health(server), ({ waiting }) => waiting === 2);
    leaving.abort();
    await third;
    await seen(() => health(server), ({ waiting }) => waiting === 1);
    continueModel();
    assert.equal(await statusOf(first), "ok");
    assert.equal(await statusOf(second), "ok");
    assert.deepEqual(server.lines, []);
  },
);

serverTest(
  "a client that goes away while its photo is computed leaves the server working",
  async (server) => {
    const continueModel = pauseModel(server);
    const leaving = new AbortController();
    const gone = assert.rejects(post(server, PHOTO, { signal: leaving.signal }));
    await seen(() => health(server), ({ computing }) => computing);
    leaving.abort();
    await gone;
    const next = post(server, PHOTO);
    await seen(() => health(server), ({ waiting }) => waiting === 1);
    continueModel();
    assert.equal(await statusOf(next), "ok");
  },
);

serverTest(
  "a killed model process fails its photo with status 500, is logged in one line, and is replaced",
  async (server) => {
    const pid = server.modelPid!;
    pauseModel(server);
    const failing = post(server, PHOTO);
    const waiting = post(server, PHOTO);
    await seen(() => health(server), (state) => state.computing && state.waiting === 1);
    Deno.kill(pid, "SIGKILL");
    const failed = await failing;
    assert.equal(failed.status, 500);
    assert.deepEqual(await failed.json(), { message: "Processing failed" });
    assert.equal(await statusOf(waiting), "ok");
    assert.notEqual(server.modelPid, pid);
    assert.deepEqual(
      server.lines.filter((line) => line.includes("ended")).length,
      2,
      server.lines.join("\n"),
    );
    assert.ok(
      server.lines.includes(`The model's process ${pid} ended (SIGKILL). A new one starts.`),
    );
  },
);

serverTest("an idle model process that is killed is replaced without a request", async (server) => {
  const pid = server.modelPid!;
  Deno.kill(pid, "SIGKILL");
  await until(() => server.modelPid !== undefined && server.modelPid !== pid);
  assert.deepEqual(server.lines, [`The model's process ${pid} ended (SIGKILL). A new one starts.`]);
});

serverTest(
  "a model process that hangs is ended after its time for a photo, and the next photo succeeds",
  async (server) => {
    pauseModel(server);
    const failed = await post(server, PHOTO);
    assert.equal(failed.status, 500);
    await failed.body?.cancel();
    assert.ok(server.lines.some((line) => /took over 2000 ms for a photo and is ended/.test(line)));
    await until(() => server.modelPid !== undefined);
    assert.equal(await statusOf(post(server, PHOTO)), "ok");
  },
  { photoTimeoutMs: 2_000 },
);

serverTest(
  "a client that stalls in its upload loses its connection and its place",
  async (server) => {
    const { hostname, port, pathname } = new URL(server.url);
    using stalled = await Deno.connect({ hostname, port: Number(port) });
    const head = `POST ${pathname}?mode=fg-mask HTTP/1.1\r\nHost: ${hostname}\r\n` +
      "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b";
    await stalled.write(new TextEncoder().encode(head));
    await until(async () => {
      const response = await post(server, PHOTO);
      await response.body?.cancel();
      return response.status === 429;
    });
    const closed = await stalled.read(new Uint8Array(100)).catch(() => null);
    assert.equal(closed, null);
    assert.equal(await statusOf(post(server, PHOTO)), "ok");
    assert.deepEqual(server.lines, []);
  },
  { maxWaiting: 0, bodyTimeoutMs: 5_000 },
);
