import type { PgliteConnection } from "@supabase/lite/pglite";

/**
 * Keeps PGlite from deciding this process's exit status.
 *
 * Emscripten ends PGlite's inner calls like programs, and sets the process's exit code each time;
 * commands would then fail although all went well, and so would every test.
 *
 * @param driver a database that is open
 */
export function guardExitCode(driver: PgliteConnection["driver"]): void {
  const run = driver.execProtocolRawSync.bind(driver);
  driver.execProtocolRawSync = (...parameters) => keepingExitCode(() => run(...parameters));
}

/** Runs something, and puts the exit code back to what it was. */
function keepingExitCode<T>(run: () => T): T {
  const before = Deno.exitCode;
  try {
    return run();
  } finally {
    Deno.exitCode = before;
  }
}
