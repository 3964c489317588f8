import { denoBinary, type DenoVersion } from "./deno_binary.ts";
import { childEnvironment, readLines } from "./deno_child.ts";
import { freePort } from "./free_port.ts";

const ROOT = new URL("../", import.meta.url);
const ENTRYPOINT = "functions/process-image/index.ts";
const READY_WITHIN_MS = 60_000;
const POLL_EVERY_MS = 25;
const STOP_WITHIN_MS = 5_000;
const PORT_TRIES = 3;

/** Options of the function's process. */
export interface FunctionOptions {
  /** @default the Deno that runs this */
  deno?: DenoVersion;
  /** The function's complete environment. */
  env: Record<string, string>;
  /** @default any free port */
  port?: number;
  /** The served module, below the project's root. @default the function's own */
  entrypoint?: string;
  /** The `host:port` at which the process can be inspected. @default none */
  inspector?: string;
  /** Whether changed files restart the function. @default false */
  watch?: boolean;
  /** Called with every line that the function prints. */
  onLog?: (line: string) => void;
}

/** A running function, in a process or in the simulated hosted runtime. */
export interface RunningFunction {
  /** The server's address; the function is at `/process-image` below it. */
  readonly url: string;
  /** All lines of its output, of both streams. */
  readonly logs: string[];
  /** Ends the function, and waits for the end. */
  close(): Promise<void>;
}

/** The function in its own process. `close()` sends SIGTERM, and SIGKILL after 5 s. */
export interface FunctionProcess extends RunningFunction {
  readonly port: number;
  readonly pid: number;
  /** Exit status of the process. */
  readonly ended: Promise<Deno.CommandStatus>;
}

/**
 * Starts the function with `deno serve` and waits until its health check answers.
 *
 * @throws Error with the function's output if it ends before that, or is not healthy within 60 s
 */
export async function startFunction(options: FunctionOptions): Promise<FunctionProcess> {
  const binary = options.deno ? await denoBinary(options.deno) : Deno.execPath();
  for (let attempt = 1;; attempt++) {
    try {
      return await serve(binary, options, options.port ?? freePort());
    } catch (error) {
      // Another process may take the port between the check and the function's start.
      const isTaken = error instanceof Error &&
        /AddrInUse|address already in use/i.test(error.message);
      if (options.port !== undefined || !isTaken || attempt === PORT_TRIES) throw error;
    }
  }
}

async function serve(
  binary: string,
  options: FunctionOptions,
  port: number,
): Promise<FunctionProcess> {
  const child = new Deno.Command(binary, {
    args: [
      "serve",
      // Deno 2.1 cannot read the lock file of a current version.
      options.deno === "2.1.4" ? "--no-lock" : "--frozen",
      "--allow-net",
      "--allow-env",
      "--allow-read",
      ...(options.watch ? ["--watch"] : []),
      ...(options.inspector ? [`--inspect=${options.inspector}`] : []),
      "--host",
      "127.0.0.1",
      "--port",
      String(port),
      options.entrypoint ?? ENTRYPOINT,
    ],
    cwd: ROOT,
    clearEnv: true,
    env: childEnvironment(options.env),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();

  const logs: string[] = [];
  const log = (line: string): void => {
    logs.push(line);
    options.onLog?.(line);
  };
  const printed = Promise.all([readLines(child.stdout, log), readLines(child.stderr, log)]);
  const ended = child.status.then(async (status) => {
    await printed;
    return status;
  });

  const close = async (): Promise<void> => {
    // With `--watch`, SIGTERM ends only the program, and the watcher waits for a change.
    signal(child, options.watch ? "SIGINT" : "SIGTERM");
    const timer = setTimeout(() => signal(child, "SIGKILL"), STOP_WITHIN_MS);
    await ended;
    clearTimeout(timer);
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitUntilHealthy(`${url}/process-image/health`, ended);
  } catch (error) {
    await close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The function did not start: ${reason}\n${logs.join("\n")}`.trim(), {
      cause: error,
    });
  }
  return { url, port, pid: child.pid, logs, close, ended };
}

/** Polls the health check until it answers 200, or the process ends. */
async function waitUntilHealthy(
  healthUrl: string,
  ended: Promise<Deno.CommandStatus>,
): Promise<void> {
  let endedWith: Deno.CommandStatus | undefined;
  ended.then((status) => endedWith = status);
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (endedWith) throw new Error(`it ended with status ${endedWith.code}.`);
    if (await isHealthy(healthUrl)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
  }
  throw new Error(`its health check did not answer within ${READY_WITHIN_MS / 1000} s.`);
}

async function isHealthy(healthUrl: string): Promise<boolean> {
  try {
    const response = await fetch(healthUrl);
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch {
    // It has ended already.
  }
}
