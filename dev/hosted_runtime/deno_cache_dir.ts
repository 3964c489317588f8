/**
 * Asks a Deno where it keeps what it has downloaded.
 *
 * @throws SyntaxError when it does not say so
 */
export async function denoCacheDir(binary: string): Promise<string> {
  const { stdout } = await new Deno.Command(binary, {
    args: ["info", "--json", "--no-lock", "--no-config"],
  }).output();
  const info: { denoDir: string } = JSON.parse(new TextDecoder().decode(stdout));
  return info.denoDir;
}
