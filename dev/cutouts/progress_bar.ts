const WIDTH = 30;

/** Formats a download's progress as a bar with megabytes. */
export function progressBar(received: number, total: number): string {
  const filled = Math.round(WIDTH * received / total);
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  return `[${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${megabytes(received)} of ${
    megabytes(total)
  } MB`;
}

/** Returns a listener that draws a download's progress on one line of standard error, on a terminal only. */
export function drawProgress(): (received: number, total: number) => void {
  let drawn = "";
  return (received, total) => {
    const bar = progressBar(received, total);
    if (!Deno.stderr.isTerminal() || bar === drawn) return;
    drawn = bar;
    Deno.stderr.writeSync(new TextEncoder().encode(`\r${bar}${received >= total ? "\n" : ""}`));
  };
}
