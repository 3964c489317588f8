import type { Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Finds an installed browser: `CHROMIUM_PATH`, or a usual name on `PATH`; `null` if there is none. */
export async function findChromium(): Promise<string | null> {
  const given = Deno.env.get("CHROMIUM_PATH");
  if (given) return given;
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  for (const path of NAMES.flatMap((name) => folders.map((folder) => `${folder}/${name}`))) {
    const isFile = await Deno.stat(path).then((found) => found.isFile, () => false);
    if (isFile) return path;
  }
  return null;
}

/**
 * Starts a headless Chromium.
 *
 * @param executablePath The path from {@linkcode findChromium}.
 */
export async function openBrowser(executablePath: string): Promise<Browser> {
  const { chromium } = await importPlaywright();
  // Root, as in CI's containers, cannot set up the sandbox. The browser loads only pages of this machine.
  return await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--force-color-profile=srgb"],
  });
}

/**
 * Imports Playwright. During that, one of its dependencies searches `/proc` for Windows, which Deno allows only with all
 * permissions. A variable of that dependency's own tests prevents it. The variable stays set: test files run in workers that
 * share the process's environment, and another one may be in the middle of its import.
 */
async function importPlaywright(): Promise<typeof import("playwright-core")> {
  Deno.env.set("__IS_WSL_TEST__", "1");
  return await import("playwright-core");
}
