/**
 * A program for `ProcessReader`: it reads every file as two pixels, crashes on `crash` and never answers `hang`.
 * The argument `absent` or `silent` prevents its start.
 */
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
const write = (bytes: Uint8Array) => Deno.stdout.writeSync(bytes);
const say = (line: unknown) => write(new TextEncoder().encode(`${JSON.stringify(line)}\n`));

if (Deno.args[0] === "silent") Deno.exit(0);
if (Deno.args[0] === "absent") say({ absent: "It is not installed." });
else {
  say({ ready: "Fake 1.0" });
  for await (const line of lines) {
    const { path, width } = JSON.parse(line);
    if (path === "crash") Deno.exit(1);
    if (path === "hang") continue;
    if (path === "refuse") say({ refused: "It is no image." });
    else if (width === undefined) say({ width: 2, height: 1, format: "JPEG" });
    else {
      say({ width: 2, height: 1, format: "JPEG", image: { width: 2, height: 1 } });
      write(Uint8Array.of(1, 2, 3, 255, 10, 10, 10, 255)); // some bytes are line feeds
    }
  }
}
