import type { PgliteConnection } from "@supabase/lite/pglite";

/**
 * Keeps PGlite from setting this process's exit status.
 *
 * Emscripten sets the process's exit code at the end of each inner call of PGlite. Without this guard, commands and tests
 * would fail although everything went well.
 *
 * @param driver An open database.
 */
export function guardExitCode(driver: PgliteConnection["driver"]): void {
  const run = driver.execProtocolRawSync.bind(driver);
  driver.execProtocolRawSync = (...parameters) => keepingExitCode(() => run(...parameters));
}

/** Runs a function and restores the exit code. */
function keepingExitCode<T>(run: () => T): T {
  const before = Deno.exitCode;
  try {
    return run();
  } finally {
    Deno.exitCode = before;
  }
}
