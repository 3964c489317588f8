import { denoBinary } from "../../dev/deno_binary.ts";
import { integer, type Table } from "../table.ts";

/** Measures the cost of alternatives for single steps, in one process on Deno 2.1.4. */
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
      "CPU of the main thread in milliseconds, for street.jpg: the first run in a process, which includes compilation " +
      "(except for code that an earlier row has compiled), and the median of six further runs.",
    columns: ["step", "by", "first", "later", "bytes"],
    rows: rows.map(([step, name, first, later, bytes]) => [
      step,
      name,
      integer(first),
      integer(later),
      bytes > 0 ? String(bytes) : "",
    ]),
  }];
}
