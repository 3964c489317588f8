// Proves with the Supabase CLI and a simulated Management API, that exactly the deployed files are uploaded.
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { type ManagementApi, startManagementApi } from "../../dev/management_api.ts";
import { blocksOf } from "../helpers/markdown.ts";
import { filesIn, sourcesFrom } from "../helpers/sources.ts";
import { type CliResult, supabaseCli, supabaseCliMissing } from "../helpers/supabase_cli.ts";

const ROOT = new URL("../../", import.meta.url);
const ENTRY = "functions/process-image/index.ts";
const SECRET = "do-not-upload-me";

const reason = await supabaseCliMissing();
const DEPLOYED = [...(await sourcesFrom(ENTRY)).keys(), "deno.json"].sort();

/** Files in a working tree that must not be uploaded. */
const BAIT: Record<string, string> = {
  ".env": `API4AI_KEY=${SECRET}\n`,
  ".env.local": `API4AI_KEY=${SECRET}\n`,
  "supabase/functions/.env": `API4AI_KEY=${SECRET}\n`,
  "supabase/seed.sql": `select '${SECRET}';\n`,
  "shared/not_imported.ts": `export const key = "${SECRET}";\n`,
};

/** A stand-in for Docker's client: records its arguments and "bundles". */
const DOCKER = `#!/bin/sh
[ "$1" = run ] || exit 0
printf '%s\\n' "$@" > "$(dirname "$0")/arguments"
while [ $# -gt 0 ]; do
  [ "$1" = --output ] && printf bundled > "$2"
  shift
done
`;

/** A copy of the project with such files, and a simulated Management API. */
interface Deployer extends AsyncDisposable {
  api: ManagementApi;
  project: string;
  binFolder: string;
  /** Runs the CLI against the stand-in. */
  run(args: string[], accessToken?: string): Promise<CliResult>;
  /** The same without the project's reference, as after `link`. */
  paste(args: string[]): Promise<CliResult>;
}

async function createDeployer(): Promise<Deployer> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const project = join(folder, "project");
  const folders = ["functions", "shared", "supabase/migrations", "dev", "tests"];
  const single = [
    ...["deno.json", "deno.lock", "README.md", "docs/openapi.json", "supabase/config.toml"],
  ];
  for (const path of [...single, ...folders.flatMap(filesIn)]) {
    await Deno.mkdir(dirname(join(project, path)), { recursive: true });
    await Deno.copyFile(new URL(path, ROOT), join(project, path));
  }
  await Deno.mkdir(join(project, "supabase/functions"));
  for (const [path, text] of Object.entries(BAIT)) {
    await Deno.writeTextFile(join(project, path), text);
  }
  const binFolder = join(folder, "bin");
  await Deno.mkdir(binFolder);
  await Deno.writeTextFile(join(binFolder, "docker"), DOCKER, { mode: 0o755 });

  const api = startManagementApi();
  const profile = join(folder, "profile.yaml");
  await api.writeProfile(profile);
  const remote = [`--remote=${api.projectRef}`];
  const common = ["--profile", profile, "--yes"];
  return {
    api,
    project,
    binFolder,
    run: (args, accessToken = api.accessToken) =>
      supabaseCli([...args, ...remote, ...common], {
        ...{ cwd: project, home: folder, accessToken, binFolder },
      }),
    paste: (args) =>
      supabaseCli([...args, ...common], {
        ...{ cwd: project, home: folder, accessToken: api.accessToken, binFolder },
      }),
    [Symbol.asyncDispose]: async () => {
      await api.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Runs if the CLI can start; otherwise the name contains the reason. */
function testCli(name: string, run: (deployer: Deployer) => Promise<void>): void {
  const ignore = reason !== undefined || Deno.build.os === "windows";
  const why = reason ?? "Docker's stand-in is a shell script";
  Deno.test({
    name: ignore ? `${name} (ignored: ${why})` : name,
    ignore,
    fn: async () => {
      await using deployer = await createDeployer();
      await run(deployer);
    },
  });
}

testCli("the Supabase CLI uploads exactly what is deployed", async ({ api, run }) => {
  const { code, output } = await run(["functions", "deploy", "process-image", "--use-api"]);
  assert.equal(code, 0, output);
  assert.equal(api.deployments.length, 1);
  const [{ slug, bundledBy, verifyJwt, entrypoint, importMap, files }] = api.deployments;
  assert.deepEqual(
    { slug, bundledBy, verifyJwt, entrypoint, importMap },
    {
      slug: "process-image",
      bundledBy: "server",
      verifyJwt: false,
      entrypoint: ENTRY,
      importMap: "deno.json",
    },
  );
  assert.deepEqual([...files.keys()].sort(), DEPLOYED);
  for (const [path, content] of files) {
    assert.deepEqual(content, await Deno.readFile(new URL(path, ROOT)), path);
    assert.ok(!new TextDecoder().decode(content).includes(SECRET), path);
  }
  assert.deepEqual(api.unknown, []);
});

testCli("with Docker, the container sees the same files only", async (deployer) => {
  const { api, project, binFolder } = deployer;
  const { code, output } = await deployer.run(["functions", "deploy", "process-image"]);
  assert.equal(code, 0, output);
  const args = (await Deno.readTextFile(join(binFolder, "arguments"))).split("\n");
  const mounted = args.filter((_, i) => args[i - 1] === "-v").map((mount) => mount.split(":")[0])
    .filter((path) => path.startsWith(`${project}/`))
    .map((path) => path.slice(project.length + 1))
    .filter((path) => !path.startsWith("supabase/.temp/"));
  // The CLI always mounts that folder. It contains a developer's .env, but no import leads there.
  assert.deepEqual(mounted.sort(), [...DEPLOYED, "supabase/functions"].sort());
  const after = (name: string) => args[args.indexOf(name) + 1];
  assert.equal(after("--entrypoint"), join(project, ENTRY));
  assert.equal(after("--import-map"), join(project, "deno.json"));

  const [{ slug, bundledBy, verifyJwt, files }] = api.deployments;
  const expected = { slug: "process-image", bundledBy: "docker", verifyJwt: false };
  assert.deepEqual({ slug, bundledBy, verifyJwt }, expected);
  const bundle = files.get("bundle")!;
  assert.equal(new TextDecoder().decode(bundle.subarray(0, 4)), "EZBR");
  assert.equal(new TextDecoder().decode(brotliDecompressSync(bundle.subarray(4))), "bundled");
});

testCli("a deployment without a valid access token is refused", async ({ api, run }) => {
  const stranger = `sbp_${"0".repeat(40)}`;
  const { code } = await run(["functions", "deploy", "process-image", "--use-api"], stranger);
  assert.notEqual(code, 0);
  assert.deepEqual(api.deployments, []);
});

testCli("secrets are set from a file like .env.example", async ({ api, project, run }) => {
  const example = await Deno.readTextFile(new URL(".env.example", ROOT));
  const path = join(project, ".env");
  await Deno.writeTextFile(path, example.replace("API4AI_KEY=", `API4AI_KEY=${SECRET}`));
  const { code, output } = await run(["secrets", "set", "--env-file", path]);
  assert.equal(code, 0, output);
  assert.deepEqual([...api.secrets], [["API4AI_KEY", SECRET]]);
});

testCli("the README's commands link, set the settings and deploy", async ({ api, paste }) => {
  const [link, push, ...rest] = readmeLines(api.projectRef);
  for (const args of [link, ...rest]) {
    const { code, output } = await paste(args);
    assert.equal(code, 0, `${args.join(" ")}: ${output}`);
  }
  assert.deepEqual([...api.secrets.keys()], ["API4AI_KEY"]);
  assert.deepEqual(api.deployments.map(({ slug }) => slug), ["process-image"]);

  // The stand-in has no database: the CLI at least tries to reach the project's pooler.
  const { code, output } = await paste(push);
  assert.notEqual(code, 0);
  assert.ok(api.unknown.some((path) => path.endsWith("/config/database/pooler")), output);
});

/** Reads the CLI's arguments from the README's section on deployment. */
function readmeLines(projectRef: string): string[][] {
  const { text } = blocksOf(Deno.readTextFileSync(new URL("README.md", ROOT)))
    .find(({ text }) => text.startsWith("npx supabase@3.1.0 link"))!;
  const lines = [...text.matchAll(/^npx supabase@3\.1\.0 ([^#\n]+)/gm)]
    .map(([, args]) => args.trim().replace("YOUR_PROJECT_REF", projectRef).split(" "));
  assert.deepEqual(lines.map(([command]) => command), ["link", "db", "secrets", "functions"]);
  return lines;
}
