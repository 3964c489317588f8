// Proves that the admin page's code has no type error.
import assert from "node:assert/strict";
import { buildAdminPage } from "../../dev/admin_page/build.ts";

const PAGE = new URL("../../examples/admin/", import.meta.url);

/** The page has its own compiler, as `deno check` does not know the DOM. */
Deno.test("the admin page has no type error", async () => {
  assert.equal(await buildAdminPage(AbortSignal.timeout(120_000)), null);
  const { success, stdout } = await new Deno.Command("node", {
    args: ["node_modules/typescript/bin/tsc", "--noEmit"],
    cwd: PAGE,
  }).output();
  assert.ok(success, new TextDecoder().decode(stdout));
});
