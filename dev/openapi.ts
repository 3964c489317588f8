/**
 * Writes what the function's interface is to `docs/openapi.json`, and the types of it to `client/src/contract.ts`.
 *
 * `deno task openapi`
 *
 * @module
 */
import { contractFiles } from "../contract/contract_files.ts";

const ROOT = new URL("../", import.meta.url);

for (const [path, text] of await contractFiles()) {
  await Deno.writeTextFile(new URL(path, ROOT), text);
  console.log(`Written: ${path}`);
}
