// Proves what the function imports when: at boot only what an ordinary photo needs, with the first photo no module of its own,
// and the modules of each other kind of request with the first request of that kind.
import assert from "node:assert/strict";
import { freePort } from "../dev/free_port.ts";
import { type FunctionProcess, startFunction } from "../dev/function_process.ts";
import { type LoadedModules, loadedModules } from "../dev/loaded_modules.ts";
import { ALONE } from "./fuzz/in_process.ts";
import { fixture } from "./helpers/call.ts";
import { filesIn } from "./helpers/sources.ts";

const ROOT = new URL("../", import.meta.url);

/**
 * The packages that the boot loads, with a bound on their files: a file takes some 0.15 ms of CPU (`bench/COLD.md`). A new
 * version may change the numbers. Add a package only if an ordinary photo needs it. V8 may already have dropped modules without
 * functions, so the real numbers can be lower.
 */
const AT_BOOT: Record<string, number> = {
  "@imagemagick/magick-wasm": 1,
  "@jsquash/webp": 3,
  "@supabase/postgrest-js": 1,
  "@supabase/storage-js": 1,
  hono: 18,
  "iceberg-js": 1,
  "image-size": 5,
  jose: 13,
  "wasm-feature-detect": 1,
  zod: 95,
};

/** The function's own files at boot, as a bound: a photo needs most of `shared/`. */
const MOST_FILES = 289;

/** Files that no photo needs, below these paths; `true` for a whole folder. */
const LATER =
  /^shared\/(batch|erase|vehicle)\/|^shared\/status\/(?!handle_health\.ts)|_schema\.ts$/;

/** Requests with the files that each of them imports first; they need not succeed. */
const REQUESTS: { method: string; path: string; loads: RegExp; body?: string }[] = [
  { method: "GET", path: "/metrics", loads: /^shared\/status\/handle_metrics\.ts$/ },
  { method: "GET", path: "/openapi.json", loads: /^shared\/status\/handle_openapi\.ts$/ },
  { method: "GET", path: "/vehicles/a", loads: /^shared\/vehicle\/handle_vehicle\.ts$/ },
  { method: "POST", path: "/delete", loads: /^shared\/erase\/handle_erase\.ts$/, body: "{}" },
  { method: "POST", path: "/batch", loads: /^shared\/batch\/create_batch\.ts$/, body: "{}" },
  { method: "POST", path: "/work", loads: /^shared\/batch\/handle_work\.ts$/ },
  {
    method: "GET",
    path: `/batch/${crypto.randomUUID()}`,
    loads: /^shared\/batch\/handle_batch\.ts$/,
  },
];

/** A function without Supabase and API4.ai, whose modules can be listed. */
class Inspected implements AsyncDisposable {
  readonly #running: FunctionProcess;
  readonly #inspector: string;

  private constructor(running: FunctionProcess, inspector: string) {
    this.#running = running;
    this.#inspector = inspector;
  }

  static async start(): Promise<Inspected> {
    const inspector = `127.0.0.1:${freePort()}`;
    return new Inspected(
      await startFunction({ deno: "2.1.4", env: ALONE, inspector }),
      inspector,
    );
  }

  /** The modules in memory now. */
  modules(): Promise<LoadedModules> {
    return loadedModules(this.#inspector, ROOT);
  }

  async send(method: string, path: string, body?: BodyInit): Promise<number> {
    const headers: Record<string, string> = { apikey: ALONE.SUPABASE_SECRET_KEY };
    if (body) {
      headers["content-type"] = typeof body === "string" ? "application/json" : "image/jpeg";
    }
    const url = `${this.#running.url}/process-image${path}`;
    const response = await fetch(url, { method, headers, body });
    await response.body?.cancel();
    return response.status;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running.close();
  }
}

Deno.test("the boot imports what an ordinary photo needs, and other requests import their own part", async (t) => {
  await using running = await Inspected.start();
  const boot = await running.modules();
  await t.step("only the listed packages are loaded at boot", () => {
    assert.deepEqual([...boot.packages.keys()].sort(), Object.keys(AT_BOOT));
    for (const [name, files] of boot.packages) {
      assert.ok(files <= AT_BOOT[name], `${name}: ${files}`);
    }
  });
  await t.step("no file of batches, deletion, vehicles' sets or status is loaded at boot", () => {
    assert.deepEqual(boot.files.filter((path) => LATER.test(path)), []);
    assert.ok(filesIn("shared").some((path) => LATER.test(path)));
    assert.ok(boot.files.includes("shared/photo/process_photo.ts"));
    assert.ok(boot.files.length <= MOST_FILES, `${boot.files.length} files`);
  });
  await t.step("the first photo imports no further file of the function", async () => {
    const photo = await fixture("small.jpg");
    assert.equal(await running.send("POST", "?skip_background_removal=true", photo), 200);
    const { files, packages } = await running.modules();
    assert.deepEqual(files.filter((path) => !boot.files.includes(path)), []);
    // The WebP encoder's package imports its WebAssembly's own code.
    assert.deepEqual([...packages.keys()].sort(), Object.keys(AT_BOOT));
  });
  for (const { method, path, loads, body } of REQUESTS) {
    await t.step(`${method} ${path.replace(/[0-9a-f-]{36}/, "ID")} imports its part`, async () => {
      const before = await running.modules();
      assert.deepEqual(before.files.filter((file) => loads.test(file)), []);
      assert.notEqual(await running.send(method, path, body), 404);
      const after = await running.modules();
      assert.equal(after.files.filter((file) => loads.test(file)).length, 1);
    });
  }
});
