import { denoBinary } from "../../dev/deno_binary.ts";
import { type Table, whole } from "../table.ts";

/** What the alternatives for single steps cost, measured in one process on Deno 2.1.4. */
export async function benchChoices(): Promise<Table[]> {
  const { stdout, stderr, success } = await new Deno.Command(await denoBinary("2.1.4"), {
    args: ["run", "-A", "--no-lock", "bench/choice_costs.ts"],
    cwd: new URL("../../", import.meta.url),
    env: { DENO_TLS_CA_STORE: "system", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const rows = JSON.parse(new TextDecoder().decode(stdout)) as [
    string,
    string,
    number,
    number,
    number,
  ][];
  return [{
    title: "Choices",
    note:
      "CPU of the main thread in milliseconds, for street.jpg: the first time in a process, where compilation is " +
      "still to come (and what an earlier row has warmed is not), and the median of six more.",
    columns: ["step", "by", "first", "later", "bytes"],
    rows: rows.map(([step, name, first, later, bytes]) => [
      step,
      name,
      whole(first),
      whole(later),
      bytes > 0 ? String(bytes) : "",
    ]),
  }];
}
