/**
 * Returns the cache folder of a Deno.
 *
 * @throws SyntaxError if Deno's output is not JSON
 */
export async function denoCacheDir(binary: string): Promise<string> {
  const { stdout } = await new Deno.Command(binary, {
    args: ["info", "--json", "--no-lock", "--no-config"],
  }).output();
  const info: { denoDir: string } = JSON.parse(new TextDecoder().decode(stdout));
  return info.denoDir;
}
