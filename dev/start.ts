/**
 * Runs the local stack: `deno task start`, or `deno task hosted` with the simulated hosted runtime.
 *
 * With `start`, the function restarts when its files change. With `hosted`, it prints each isolate's start, retirement and
 * end, and new isolates run the current files. `PORT` sets another port than 54321. With `API4AI_KEY` or `API4AI_URL` set,
 * the stack uses that service. It writes addresses, keys and an admin's token to `.env.local`.
 *
 * @module
 */
import { api4aiSettings } from "./api4ai_settings.ts";
import { envFileOf } from "./env_file.ts";
import { type Stack, startStack } from "./stack.ts";
import { DENO_TASK } from "./deno_task.ts";

const DEFAULT_PORT = 54321;
const TOKEN_LIFETIME_HOURS = 12;
const ENV_FILE = new URL("../.env.local", import.meta.url);

/** Reads `PORT`. @throws Error if `PORT` is not a port number */
function readPort(): number {
  const given = Deno.env.get("PORT");
  const port = given ? Number(given) : DEFAULT_PORT;
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`PORT must be a whole number from 1 to 65535, but is "${given}".`);
  }
  return port;
}

async function start(port: number, runtime: "process" | "hosted"): Promise<Stack> {
  try {
    return await startStack({
      ...api4aiSettings(),
      port,
      runtime,
      hosted: { onEvent: (line) => console.log(line) },
      watch: true,
      adminPage: true,
      keepImages: false,
      tokenLifetimeSeconds: TOKEN_LIFETIME_HOURS * 3600,
      onLog: (line) => console.log(line),
    });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new Error(
      `Port ${port} is taken. Stop what listens there, or choose another: PORT=54331 ${DENO_TASK} start`,
    );
  }
}

async function writeEnvFile(stack: Stack): Promise<void> {
  await Deno.writeTextFile(ENV_FILE, envFileOf(stack), { mode: 0o600 });
  // The mode above applies only to a new file.
  if (Deno.build.os !== "windows") await Deno.chmod(ENV_FILE, 0o600);
}

function welcome(stack: Stack): string {
  return `
process-image is at ${stack.functionUrl} and ${
    stack.hosted
      ? "runs in isolates with the hosted runtime's limits"
      : "restarts when its files change"
  }.
The admin page is at ${stack.url}/ (it takes a moment at the first start): sign in as
${stack.users.admin.email} with the password ${stack.users.admin.password}
Addresses, keys and an admin's token for ${TOKEN_LIFETIME_HOURS} hours are in .env.local.
Try it in another terminal, in this folder:

. ./.env.local
curl -sS "$FUNCTION_URL" -H "Authorization: Bearer $ADMIN_TOKEN" -F file=@fixtures/street.jpg -F upload_to_storage=true

Ctrl-C stops everything.
`;
}

/** Resolves at the first signal that ends the command. */
function stopSignal(): Promise<void> {
  const names: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  return new Promise((resolve) => {
    for (const name of names) Deno.addSignalListener(name, () => resolve());
  });
}

if (import.meta.main) {
  try {
    const stopped = stopSignal();
    const stack = await start(readPort(), Deno.args.includes("--hosted") ? "hosted" : "process");
    await writeEnvFile(stack);
    console.log(welcome(stack));
    await stopped;
    await stack.close();
    Deno.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
