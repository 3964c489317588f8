import { settingSections } from "./setting_facts.ts";

/** Settings that a first deployment fills in: they are not comments. */
const TO_FILL_IN = new Set(["API4AI_KEY"]);

/** The text of `.env.example`. */
export function envExample(): string {
  const sections = settingSections().map(({ title, settings }) => {
    const lines = settings.map(({ name, accepts, defaultText, description }) => {
      const text = `${withoutMarkdown(description)} Value: ${accepts}.`;
      const assignment = `${TO_FILL_IN.has(name) ? "" : "#"}${name}=${defaultText}`;
      return `${comment(text)}${assignment}\n`;
    });
    return `# --- ${title}\n\n${lines.join("")}`;
  });
  return `# Template of the settings, written by \`deno task openapi\` from shared/settings.ts. Copy it to .env, fill in what differs, then
#   npx supabase@3.1.0 secrets set --env-file .env
# Commented lines show the default; nothing after "=" means that there is none, or that it depends on other settings. docs/settings.md
# has the same as a page. Supabase sets the variables whose names begin with SUPABASE_ and refuses them as secrets: they are for
# \`deno serve\` only. Never commit a filled-in copy.

${sections.join("\n")}`;
}

/** Text in comment lines of at most 120 characters. */
function comment(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line.length + word.length > 118) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.map((line) => `# ${line}\n`).join("");
}

function withoutMarkdown(text: string): string {
  return text.replaceAll("`", "").replace(/\[[^\]]+\]\(([^)]+)\)/g, "docs/$1");
}
