import { delimiter } from "node:path";

/** The version that the workflow deploys with. */
export const SUPABASE_CLI_VERSION = "3.1.0";

/** How long a run of it may take, in milliseconds, its download included. */
const DEADLINE_MS = 300_000;

/** How a run of the CLI ended. */
export interface CliResult {
  code: number;
  /** What it printed, to both streams. */
  output: string;
}

/** How the CLI is run. */
export interface CliOptions {
  cwd: string;
  /** Where it keeps what it remembers: a folder of its own, so that it finds no login of this machine. */
  home: string;
  accessToken: string;
  /** Searched before `PATH`. */
  binFolder?: string;
}

/** Runs the Supabase CLI, installed from npm if need be. It is told to report nothing to anybody. */
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
      // Once it is installed no network is needed, and where there is none that shows at once.
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

/** Why the CLI can not be run on this machine; undefined where it can. */
export async function supabaseCliMissing(): Promise<string | undefined> {
  const home = await Deno.makeTempDir();
  try {
    const { code, output } = await supabaseCli(["--version"], { cwd: home, home, accessToken: "" });
    if (code === 0) return undefined;
    // npm's last word is where its log lies.
    return output.trim().split("\n").findLast((line) => !line.includes("complete log"));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no npx";
    throw error;
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
