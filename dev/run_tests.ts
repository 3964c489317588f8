/**
 * Runs the tests: first most of them, two files at a time, as they mostly wait for processes and timeouts; then those that
 * measure CPU time, one at a time. The end of the output lists the failures of both runs.
 *
 * `deno task test [FILES OR OPTIONS]`: with arguments, it runs `deno test` with them and the permissions of the tests.
 * `deno task test-all` sets `TEST_FORM=long` (tests/helpers/test_form.ts).
 *
 * @module
 */
import { SUPABASE_CLI_VERSION } from "../tests/helpers/supabase_cli.ts";
import { buildAdminPage } from "./admin_page/build.ts";
import { denoBinary } from "./deno_binary.ts";
import { type Failure, failuresOf } from "./test_report.ts";

const ROOT = new URL("../", import.meta.url);

/** Tests that measure CPU time and have to run alone. */
const ALONE = [
  "tests/bench/",
  "tests/hostile/reply_cost_test.ts",
  "tests/hostile/request_cost_test.ts",
  "tests/hostile/request_search_test.ts",
  "tests/hostile/tiny_pieces_test.ts",
  "tests/dev/hosted_runtime_test.ts",
  "tests/isolate/many_at_once_test.ts",
  "tests/isolate/slow_machine_test.ts",
];

/**
 * Files that take longer than half a minute. They start first: otherwise one of them runs by itself at the end. Any other order
 * is right, too.
 */
const LONG = [
  "tests/readme_test.ts",
  "tests/examples/admin_page_test.ts",
  "tests/examples/car_view_test.ts",
  "tests/photo/background_test.ts",
  "tests/photo/storage_faults_test.ts",
  "tests/fuzz/fuzz_test.ts",
  "tests/dev/smoke_test.ts",
  "tests/isolate/relay_test.ts",
  "tests/dev/deploy_test.ts",
  "tests/batch/batch_hosted_test.ts",
];

/**
 * Number of simultaneous files. Two of them keep two cores busy for nine tenths of the time; more would exceed short timeouts. The
 * process with an embedded Supabase takes 300 MB at most, and its function 260 MB.
 */
const AT_ONCE = "2";

const RIGHTS = [
  "--unstable-no-legacy-abort",
  ...["env", "read", "write", "run", "sys", "ffi"].map((right) => `--allow-${right}`),
  "--allow-net=127.0.0.1",
];

/** Runs tests. @returns Whether all of them passed, and those that failed. */
async function test(args: string[]): Promise<{ success: boolean; failures: Failure[] }> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["test", ...RIGHTS, `--junit-path=${report}`, ...args],
      env: { DENO_JOBS: AT_ONCE },
    }).spawn().status;
    return { success, failures: failuresOf(await Deno.readTextFile(report)) };
  } finally {
    await Deno.remove(report);
  }
}

/** Bound on installing the admin page's tools and building the page, in milliseconds. */
const PAGE_TIMEOUT_MS = 180_000;

/**
 * Installs the tests' other tools first, as simultaneous installations by npm conflict, and saves the database's snapshot, which
 * takes 10 s of CPU.
 */
async function prepare(): Promise<void> {
  const { startLocalSupabase } = await import("./local_supabase.ts");
  await (await startLocalSupabase()).close();
  await denoBinary("2.1.4");
  const noPage = await buildAdminPage(AbortSignal.timeout(PAGE_TIMEOUT_MS));
  if (noPage) console.warn(noPage); // the page's tests fail with the same message
  const args = ["--yes", `supabase@${SUPABASE_CLI_VERSION}`, "--version"];
  try {
    await new Deno.Command("npx", { args, stdout: "null", stderr: "null" }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // the test logs why it is skipped
  }
}

/** Returns the files of the tests that need not run alone, the long ones first. */
async function filesTogether(): Promise<string[]> {
  const files: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
      if (isDirectory) await visit(`${folder}${name}/`);
      else if (name.endsWith("_test.ts")) files.push(folder + name);
    }
  };
  await visit("tests/");
  const others = files.filter((file) => !LONG.includes(file));
  const isAlone = (file: string) => ALONE.some((path) => file.startsWith(path));
  return [
    ...LONG.filter((file) => files.includes(file)),
    ...others.filter((file) => !isAlone(file)).sort(),
  ];
}

if (Deno.args.length > 0) {
  const { success } = await test(Deno.args);
  Deno.exit(success ? 0 : 1);
}
await prepare();
// `deno check` has checked the types before, in CI and in `deno task check`; here that would take 20 s once more.
const together = await test(["--no-check", "--parallel", ...await filesTogether()]);
const alone = await test(["--no-check", ...ALONE]);
for (const { file, name, message } of [...together.failures, ...alone.failures]) {
  console.error(`FAILED ${file} => ${name}: ${message}`);
}
Deno.exit(together.success && alone.success ? 0 : 1);
