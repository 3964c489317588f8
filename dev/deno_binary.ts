/** The supported Deno versions: the current one, and hosted Supabase's. */
export type DenoVersion = "2.9.6" | "2.1.4";

const found = new Map<DenoVersion, Promise<string>>();

/**
 * Finds the executable of a Deno version, and installs it from npm if necessary.
 *
 * The file in npm's `.bin` folder is a wrapper, and killing it orphans its child process. So Deno itself reports its path.
 *
 * @throws Error with the version if neither npx nor Deno can provide it
 */
export function denoBinary(version: DenoVersion): Promise<string> {
  const path = found.get(version) ?? locate(version);
  found.set(version, path);
  return path;
}

async function locate(version: DenoVersion): Promise<string> {
  if (Deno.version.deno === version) return Deno.execPath();
  const attempts = [
    { command: "npx", args: ["--yes", `deno@${version}`] },
    { command: Deno.execPath(), args: ["run", "-A", "--no-lock", `npm:deno@${version}`] },
  ];
  const complaints: string[] = [];
  for (const { command, args } of attempts) {
    const result = await askForPath(command, args);
    if ("path" in result) return result.path;
    complaints.push(`${command}: ${result.complaint}`);
  }
  throw new Error(
    `Deno ${version} could not be installed from npm. ${complaints.join(" ")}`,
  );
}

async function askForPath(
  command: string,
  args: string[],
): Promise<{ path: string } | { complaint: string }> {
  // Outside of the project: Deno 2.1 refuses its lock file, which has a newer format.
  const cwd = await Deno.makeTempDir();
  try {
    const { stdout, stderr, success } = await new Deno.Command(command, {
      args: [...args, "eval", "console.log(Deno.execPath())"],
      cwd,
      // Deno 2.1 does not read NODE_EXTRA_CA_CERTS.
      env: { DENO_TLS_CA_STORE: "system", DENO_NO_UPDATE_CHECK: "1" },
    }).output();
    const path = new TextDecoder().decode(stdout).trim().split("\n").at(-1);
    if (success && path) return { path };
    return { complaint: new TextDecoder().decode(stderr).trim() };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { complaint: "not found." };
    throw error;
  } finally {
    await Deno.remove(cwd);
  }
}
