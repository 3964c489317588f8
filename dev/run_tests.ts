/**
 * Runs the tests: most of them two files at a time, since most of their time they wait for processes and timeouts; then
 * those alone that hold isolates or decoders to a CPU time, which others would disturb.
 *
 * `deno task test [FILES OR OPTIONS]`: with arguments, `deno test` with those and the rights that tests need.
 *
 * @module
 */
import { SUPABASE_CLI_VERSION } from "../tests/helpers/supabase_cli.ts";
import { buildAdminPage } from "./admin_page/build.ts";
import { denoBinary } from "./deno_binary.ts";

/** Tests that measure: nothing else may run meanwhile. */
const ALONE = [
  "tests/bench/",
  "tests/hostile/reply_cost_test.ts",
  "tests/hostile/request_cost_test.ts",
  "tests/hostile/request_search_test.ts",
  "tests/hostile/tiny_pieces_test.ts",
  "tests/dev/hosted_runtime_test.ts",
  "tests/http/many_at_once_test.ts",
  "tests/http/slow_machine_test.ts",
];

/** Each has an embedded Supabase of its own, of 800 MB: no more than this, however many processors there are. */
const AT_ONCE = "2";

const RIGHTS = [
  "--unstable-no-legacy-abort",
  ...["env", "read", "write", "run", "sys", "ffi"].map((right) => `--allow-${right}`),
  "--allow-net=127.0.0.1",
];

async function test(args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["test", ...RIGHTS, ...args],
    env: { DENO_JOBS: AT_ONCE },
  }).spawn().status;
  return success;
}

/** Longest time that installing what the admin page is built with, and building it, may take, in milliseconds. */
const PAGE_TIMEOUT_MS = 180_000;

/** Installs what the tests use beside Deno: two that do so at the same time get into each other's way in npm. */
async function prepare(): Promise<void> {
  await denoBinary("2.1.4");
  const noPage = await buildAdminPage(AbortSignal.timeout(PAGE_TIMEOUT_MS));
  if (noPage) console.warn(noPage); // the tests of the page fail, and say so too
  const args = ["--yes", `supabase@${SUPABASE_CLI_VERSION}`, "--version"];
  try {
    await new Deno.Command("npx", { args, stdout: "null", stderr: "null" }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // the test says why it is left out
  }
}

if (Deno.args.length > 0) {
  Deno.exit(await test(Deno.args) ? 0 : 1);
}
await prepare();
const together = await test(["--parallel", `--ignore=${ALONE.join(",")}`, "tests/"]);
const alone = await test(ALONE);
Deno.exit(together && alone ? 0 : 1);
