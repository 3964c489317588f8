import { delimiter } from "node:path";

/** The version that the workflow deploys with. */
export const SUPABASE_CLI_VERSION = "3.1.0";

/** Bound on a run of the CLI, in milliseconds, including its download. */
const DEADLINE_MS = 300_000;

/** The outcome of a run of the CLI. */
export interface CliResult {
  code: number;
  /** The output of both streams. */
  output: string;
}

/** Options of a run of the CLI. */
export interface CliOptions {
  cwd: string;
  /** The CLI's home folder: a separate one, so that it finds no login of this machine. */
  home: string;
  accessToken: string;
  /** A folder that is searched before `PATH`. */
  binFolder?: string;
}

/** Runs the Supabase CLI, which npm installs if necessary. Its telemetry is off. */
export async function supabaseCli(args: string[], options: CliOptions): Promise<CliResult> {
  const path = Deno.env.get("PATH") ?? "";
  const { code, stdout, stderr } = await new Deno.Command("npx", {
    args: ["--yes", `supabase@${SUPABASE_CLI_VERSION}`, ...args],
    cwd: options.cwd,
    env: {
      SUPABASE_HOME: options.home,
      SUPABASE_ACCESS_TOKEN: options.accessToken,
      SUPABASE_TELEMETRY_DISABLED: "1",
      DO_NOT_TRACK: "1",
      SUPABASE_NO_UPDATE_NOTIFIER: "1",
      // An installed CLI needs no network. Without either, npm fails at once.
      npm_config_prefer_offline: "true",
      npm_config_fetch_retries: "0",
      PATH: options.binFolder ? `${options.binFolder}${delimiter}${path}` : path,
    },
    stdin: "null",
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Returns the reason why the CLI cannot run on this machine; `undefined` if it can. */
export async function supabaseCliMissing(): Promise<string | undefined> {
  const home = await Deno.makeTempDir();
  try {
    const { code, output } = await supabaseCli(["--version"], { cwd: home, home, accessToken: "" });
    if (code === 0) return undefined;
    // npm's last line is the path of its log.
    return output.trim().split("\n").findLast((line) => !line.includes("complete log"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no npx";
    throw error;
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
