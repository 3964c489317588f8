// Proves that test files, which run at the same time in workers of one process, can all import Playwright.
import assert from "node:assert/strict";
import { openBrowser } from "../../dev/browser.ts";

Deno.test("another worker can import Playwright once a browser is to be opened", async () => {
  await assert.rejects(openBrowser("/no/browser"), /executable doesn't exist/i);
  const file = new URL("../helpers/import_playwright_worker.ts", import.meta.url);
  const worker = new Worker(file, { type: "module" });
  try {
    const answer = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
    });
    assert.equal(answer, "imported");
  } finally {
    worker.terminate();
  }
});
