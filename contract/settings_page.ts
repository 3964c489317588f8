import { settingSections } from "./setting_facts.ts";
import { table } from "./table.ts";

/** The text of `docs/settings.md`. */
export function settingsPage(): string {
  const sections = settingSections().map(({ title, settings }) => {
    const rows = settings.map(({ name, accepts, defaultText, isRequired, description }) => [
      `\`${name}\``,
      defaultText ? `\`${defaultText}\`` : isRequired ? "required" : "",
      accepts.replace(/\{.*\}/, "`$&`"),
      description,
    ]);
    return `## ${title}\n\n${table(["name", "default", "value", ""], rows)}`;
  });
  return `# Settings

<!-- \`deno task openapi\` writes this page from shared/settings.ts. Do not edit it. -->

Settings are environment variables. The function checks all of them at start: with a wrong one it does not start, and names it. An
empty variable counts as unset. [.env.example](../.env.example) is a template for \`supabase secrets set --env-file\`.

${sections.join("\n")}
## The modes of API4.ai

\`fg-mask\` is the default because its answer is a grey image of about 20 kB, where the other modes send an RGBA picture of 1 to 3 MB that
takes twice the CPU time to decode. The function cuts the car out of the photo itself, so the car keeps the photo's own pixels, without
a second compression. All modes cost the same. The \`hideclp\` modes hide the licence plate. With the \`shadow\` modes, set
\`options.shadow\` to \`none\`, or the car has two shadows.
`;
}
