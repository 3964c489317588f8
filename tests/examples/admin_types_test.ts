import assert from "node:assert/strict";
import { buildAdminPage } from "../../dev/admin_page/build.ts";

const PAGE = new URL("../../examples/admin/", import.meta.url);

/** `deno check` knows no DOM: the page has a compiler of its own. */
Deno.test("the admin page has no type error", async () => {
  assert.equal(await buildAdminPage(AbortSignal.timeout(120_000)), null);
  const { success, stdout } = await new Deno.Command("node", {
    args: ["node_modules/typescript/bin/tsc", "--noEmit"],
    cwd: PAGE,
  }).output();
  assert.ok(success, new TextDecoder().decode(stdout));
});
