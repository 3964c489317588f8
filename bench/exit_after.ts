/**
 * Runs a command and ends the process: with status 0, with 1 if the command returns `false`, or with 1 and the error's message.
 *
 * @param run The command.
 */
export async function exitAfter(run: () => Promise<boolean | void>): Promise<never> {
  try {
    Deno.exit(await run() === false ? 1 : 0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
