// Proves in Chromium that the client resumes uploads after a reload, reports their progress, and converts and downscales
// photos.
import assert from "node:assert/strict";
import { findChromium, openBrowser } from "../../dev/browser.ts";
import { startLocalSupabase } from "../../dev/local_supabase.ts";
import { createSigner } from "../../dev/tokens.ts";
import { conversionSteps } from "./browser_conversion_steps.ts";
import { PageFiles } from "./browser_page.ts";

const chromium = await findChromium();
if (!chromium) console.log("Skipping the client's browser test: no Chromium was found.");

/** Code for the page, as text: it needs a browser's types, which this project does not have. */
const SETUP = `(async ({ url, key, token }) => {
  globalThis.client = await import("/client/mod.ts");
  globalThis.supabase = globalThis.supabase.createClient(url, key, { accessToken: async () => token });
  globalThis.photo = new Blob([new Uint8Array([0xff, 0xd8, 0xff]), new Uint8Array(12_999_997).fill(7)]);
})`;

const UPLOAD = `(async (stopAt) => {
  const controller = new AbortController();
  const progress = [];
  const { data, error } = await client.uploadPhoto(supabase, photo, {
    signal: controller.signal,
    onProgress: ({ stage, uploadedBytes }) => {
      if (stage === "uploading") progress.push(uploadedBytes);
      if (uploadedBytes >= stopAt) controller.abort();
    },
  });
  return { path: data?.path, code: error?.code, progress, kept: localStorage.length };
})`;

Deno.test({
  name: "in a real browser an upload continues after a reload, and photos are converted",
  ignore: !chromium,
  fn: async (t) => {
    const signer = await createSigner();
    const calls: string[] = [];
    const files = new PageFiles();
    const route = (request: Request) => {
      const { pathname } = new URL(request.url);
      if (pathname.includes("/resumable")) calls.push(request.method);
      return pathname.startsWith("/storage") ? undefined : files.serve(request);
    };
    await using clean = new AsyncDisposableStack();
    const supabase = await startLocalSupabase({ jwks: signer.jwks, route });
    clean.defer(() => supabase.close());
    const browser = await openBrowser(chromium!);
    clean.defer(() => browser.close());
    const page = await browser.newPage();
    // 13 MB take a second, in which a browser reports progress about twenty times.
    const line = {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 13e6,
    };
    const session = await page.context().newCDPSession(page);
    await session.send("Network.emulateNetworkConditions", line);
    const args = JSON.stringify({
      url: supabase.url,
      key: supabase.publishableKey,
      token: await signer.adminToken(),
    });
    const open = async () => {
      await page.goto(`${supabase.url}/page`);
      await page.evaluate(`${SETUP}(${args})`);
    };

    await open();
    const first = await page.evaluate(`${UPLOAD}(8_000_000)`) as Uploaded;
    assert.deepEqual([first.code, first.kept], ["aborted", 1]);
    // The browser reports progress within a part, not only at its end.
    assert.ok(first.progress.some((bytes) => bytes % 6_291_456 !== 0), String(first.progress));
    await open();
    calls.length = 0;
    const second = await page.evaluate(`${UPLOAD}(Infinity)`) as Uploaded;
    assert.deepEqual([second.code, second.kept], [undefined, 0]);
    assert.equal(calls.filter((method) => method === "POST").length, 0);
    assert.equal(calls[0], "HEAD");
    assert.ok(second.progress[0] >= 6_291_456, String(second.progress));
    assert.equal(second.progress.at(-1), 13_000_000);
    const rows = await supabase.query(
      "select 1 from storage.objects where name = $1",
      [second.path],
    );
    assert.equal(rows.length, 1);

    await conversionSteps(t, { page, files, open });
  },
});

interface Uploaded {
  path: string;
  code?: string;
  progress: number[];
  kept: number;
}
