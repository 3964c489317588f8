/** A test or step that failed. */
export interface Failure {
  /** The test file, below the project's root. */
  file: string;
  /** The test's name; those of its steps follow, separated by ` > `. */
  name: string;
  /** The error's lines as one, at most {@linkcode MESSAGE_CHARACTERS}: the first line of an assertion names no values. */
  message: string;
}

/** Bound on a message, in characters. */
const MESSAGE_CHARACTERS = 600;

const CASE = /<testcase name="([^"]*)" classname="([^"]*)"[^>]*?>([\s\S]*?)<\/testcase>/g;
const FAILURE = /<failure message="([^"]*)"/;
const ENTITIES: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** Reads the failures from a report of `deno test --junit-path`. */
export function failuresOf(report: string): Failure[] {
  return [...report.matchAll(CASE)].flatMap(([, name, file, body]) => {
    const failure = FAILURE.exec(body);
    if (!failure) return [];
    const lines = decode(failure[1]).split("\n").map((line) => line.trim());
    const message = lines.filter(Boolean).join(" | ").slice(0, MESSAGE_CHARACTERS);
    return [{ file: decode(file), name: decode(name), message }];
  });
}

function decode(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => ENTITIES[name]);
}
