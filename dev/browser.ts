import type { Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The browser that is installed here: `CHROMIUM_PATH`, or one of the usual names on `PATH`; `null` where there is none. */
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
 * Starts a Chromium without a window.
 *
 * @param executablePath as {@linkcode findChromium} found it
 */
export async function openBrowser(executablePath: string): Promise<Browser> {
  const { chromium } = await importPlaywright();
  // Its sandbox can not be set up by root, as containers of CI run it. It only ever sees this machine's own pages.
  return await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--force-color-profile=srgb"],
  });
}

/**
 * While it is loaded, one of Playwright's parts looks in `/proc` for Windows, which Deno allows with every permission only.
 * This variable of that part's own tests keeps it from that.
 */
async function importPlaywright(): Promise<typeof import("playwright-core")> {
  Deno.env.set("__IS_WSL_TEST__", "1");
  try {
    return await import("playwright-core");
  } finally {
    Deno.env.delete("__IS_WSL_TEST__");
  }
}
