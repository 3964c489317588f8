// Proves that the package for npm and JSR installs, type-checks and runs its README's snippets.
import assert from "node:assert/strict";
import { buildClient, compile } from "../../dev/build_client.ts";
import { startStack } from "../../dev/stack.ts";
import { snippetsOf } from "./snippets_of.ts";

const ROOT = new URL("../../", import.meta.url);

/** Runs a program. @returns Its output; `null` if the program does not exist. */
async function run(command: string, args: string[], cwd: URL): Promise<string | null> {
  const options = {
    args,
    cwd,
    env: { NO_COLOR: "1", npm_config_offline: "true" },
  };
  try {
    const { code, stdout, stderr } = await new Deno.Command(command, options)
      .output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert.equal(code, 0, `${command} ${args.join(" ")}\n${text(stdout)}${text(stderr)}`);
    return text(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Declarations that the snippets use. */
const PRELUDE = `
import { readFile } from "node:fs/promises";
const bytes = await readFile(process.env.PHOTO!);
const file = new File([bytes], "car.jpg", { type: "image/jpeg" });
const files = [file, new File([bytes, "1"], "second.jpg")];
`;

const TSCONFIG = {
  compilerOptions: {
    ...{
      module: "NodeNext",
      target: "ES2022",
      lib: ["ES2022", "DOM", "DOM.Iterable"],
      types: [],
    },
    ...{
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
    },
    skipLibCheck: false,
  },
  files: ["snippets.ts", "node.d.ts"],
};

/** Node's types that the prelude and supabase-js use, to do without another package. */
const NODE = `
declare type Buffer = Uint8Array;
declare namespace NodeJS {
  type ReadableStream = unknown;
  type Timeout = number;
}
declare module "node:fs/promises" {
  export function readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
}
declare const process: { env: Record<string, string | undefined> };
`;

const version = await run("node", ["--version"], ROOT);
const hasNpm = await run("npm", ["--version"], ROOT) !== null;
const major = Number(/\d+/.exec(version ?? "0")![0]);
const isMissing = !hasNpm || major < 20;
// supabase-js needs a WebSocket, which Node has from version 22 on.
const NODE_FLAGS = major < 22 ? ["--experimental-websocket"] : [];
if (isMissing) console.log("Skipping the package's test: it needs Node 20 and npm.");

Deno.test({
  name: "the package for publication installs, type-checks and runs its README's snippets",
  ignore: isMissing,
  fn: async () => {
    const folder = new URL(`file://${await Deno.makeTempDir()}/`);
    const stack = await startStack({ tickEveryMs: 200, keepImages: false });
    try {
      const app = new URL("app/", folder);
      const built = new URL("package/", folder);
      for (const made of [app, built]) await Deno.mkdir(made);
      await buildClient(built);
      const tarball = (await run("npm", ["pack", "--silent"], built))!.trim();
      const readme = await Deno.readTextFile(new URL("client/README.md", ROOT));
      assert.ok(readme.includes(`\nnpm install ./${tarball} `), tarball);

      // npm installs the package itself; Deno installs its peers from its cache. Neither calls a registry.
      const peers = { "@supabase/supabase-js": "2.119.1", "heic-to": "1.5.2" };
      const write = (name: string, text: string, to = app) =>
        Deno.writeTextFile(new URL(name, to), text);
      await write("package.json", JSON.stringify({ dependencies: peers }), folder);
      await Deno.copyFile(new URL("deno.lock", ROOT), new URL("deno.lock", folder));
      await run(Deno.execPath(), ["install", "--node-modules-dir=auto", "--cached-only"], folder);
      await write("package.json", JSON.stringify({ type: "module" }));
      const install = ["install", "--no-audit", "--no-fund", "--legacy-peer-deps"];
      await run("npm", [...install, `../package/${tarball}`], app);

      const { admin } = stack.users;
      const snippets = snippetsOf(readme)
        .replace("https://YOUR_PROJECT_REF.supabase.co", stack.url)
        .replace("YOUR_PUBLISHABLE_KEY", stack.publishableKey)
        .replace("admin@example.com", admin.email)
        .replace("THEIR_PASSWORD", admin.password);
      await write("snippets.ts", PRELUDE + snippets);
      await write("node.d.ts", NODE);
      await write("tsconfig.json", JSON.stringify(TSCONFIG));
      await compile(new URL("tsconfig.json", app));

      const photo = new URL("fixtures/street.jpg", ROOT).pathname;
      const { code, stdout, stderr } = await new Deno.Command("node", {
        args: [...NODE_FLAGS, "snippets.js"],
        cwd: app,
        env: { PHOTO: photo },
      }).output();
      const out = new TextDecoder().decode(stdout);
      assert.equal(code, 0, out + new TextDecoder().decode(stderr));
      const lines = out.trim().split("\n");
      assert.match(out, /^preparing\nuploading\nwaiting\nremoving_background\n/);
      assert.match(out, /^done\nhttp\S+\/grid\.webp \[\]\nimage\/webp \d+$/m);
      assert.match(out, /^second\.jpg done$/m);
      assert.match(out, /^2 0\n2 0\n\d of 2$/m);
      // Node has no canvas, so nothing is converted, and the photo itself is the preview.
      const preview = ["image/jpeg null undefined true", "true"];
      assert.deepEqual(lines.slice(-5), ["2 of 2", "finished", ...preview, "aborted"]);
    } finally {
      await stack.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("the package's version and names are the same for npm and JSR", async () => {
  const read = async (name: string) =>
    JSON.parse(await Deno.readTextFile(new URL(`client/${name}`, ROOT)));
  const [npm, jsr] = [await read("package.json"), await read("jsr.json")];
  for (const field of ["name", "version", "license"]) assert.equal(npm[field], jsr[field]);
  assert.deepEqual(npm.dependencies ?? {}, {});
});

Deno.test("JSR accepts the package: it has no slow types and no foreign files", async () => {
  const args = ["publish", "--dry-run", "--allow-dirty", "--no-check"];
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd: new URL("client/", ROOT),
    env: { NO_COLOR: "1" },
  });
  const { code, stderr } = await command.output();
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, 0, said);
  const files = [...said.matchAll(/client\/(\S+) \(/g)].map(([, file]) => file);
  assert.ok(files.includes("mod.ts") && files.includes("README.md"), said);
  assert.ok(
    files.every((file) => /^(mod\.ts|README\.md|LICENSE|jsr\.json|src\/\w+\.ts)$/.test(file)),
    said,
  );
});
