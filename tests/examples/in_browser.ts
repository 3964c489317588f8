import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { findChromium, openBrowser } from "../../dev/browser.ts";
import { type Stack, startStack } from "../../dev/stack.ts";

const chromium = await findChromium();

/** Registers a test of the admin page in Chromium. Without Chromium the test is ignored, and a line says so. */
export function inBrowser(
  name: string,
  run: (t: Deno.TestContext, stack: Stack, browser: Browser) => Promise<void>,
): void {
  if (!chromium) {
    console.log(`Skipping "${name}": no Chromium was found (CHROMIUM_PATH, or chromium on PATH).`);
  }
  Deno.test({
    name,
    ignore: !chromium,
    fn: async (t) => {
      const stack = await startStack({ adminPage: true });
      try {
        assert.equal(await stack.adminPage!.built, null);
        const browser = await openBrowser(chromium!);
        try {
          await run(t, stack, browser);
        } finally {
          await browser.close();
        }
      } finally {
        await stack.close();
      }
    },
  });
}
