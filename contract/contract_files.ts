import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import { openapiDocument } from "./document.ts";
import { envExample } from "./env_example.ts";
import { errorsPage } from "./errors_page.ts";
import { settingsPage } from "./settings_page.ts";

const HEADER = `/**
 * The types of the function's interface. \`deno task openapi\` writes them from the schemas that the function checks requests
 * with. Do not edit them.
 *
 * @module
 */

`;

/**
 * Builds the files that describe the function's interface.
 *
 * @returns Their formatted texts by their paths in the project.
 * @throws {Error} If a field or a setting has no description, or `deno fmt` fails.
 */
export async function contractFiles(): Promise<Map<string, string>> {
  const document = openapiDocument();
  const json = JSON.stringify(document);
  const copy = JSON.parse(json);
  // These types cannot express "one of two fields": they would have "& (unknown | unknown)".
  delete copy.components.schemas.PhotoRequest.oneOf;
  // Nor can they express a type of all other fields.
  const { PhotoReply } = copy.components.schemas;
  PhotoReply.additionalProperties = {};
  PhotoReply.properties.metadata.additionalProperties = {};
  // The client calls with supabase-js: it needs the schemas, not the operations.
  const { openapi, info, components: { schemas } } = copy;
  const parts = { openapi, info, paths: {}, components: { schemas } };
  const types = await openapiTS(parts, { defaultNonNullable: false });
  return new Map([
    ["docs/openapi.json", await formatted(JSON.stringify(document, null, 2), "json")],
    ["client/src/contract.ts", await formatted(HEADER + astToString(types), "ts")],
    ["docs/errors.md", errorsPage()],
    ["docs/settings.md", settingsPage()],
    [".env.example", envExample()],
  ]);
}

/** Formats a text until `deno fmt` changes nothing: it needs two runs for some unions. */
async function formatted(text: string, extension: string): Promise<string> {
  const once = await formattedOnce(text, extension);
  return once === text ? text : await formatted(once, extension);
}

async function formattedOnce(text: string, extension: string): Promise<string> {
  const config = fileURLToPath(new URL("../deno.json", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--config", config, "--ext", extension, "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
