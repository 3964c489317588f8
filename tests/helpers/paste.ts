/** The outcome of a pasted command. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command as the shell does after pasting it. */
export async function paste(
  command: string,
  cwd: string,
  env: Record<string, string> = {},
): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-e", "-c", command],
    cwd,
    env: { NO_COLOR: "1", API4AI_KEY: "", ...env },
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}
