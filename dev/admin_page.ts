import { buildAdminPage } from "./admin_page/build.ts";
import { serveAdminPage } from "./admin_page/serve.ts";
import { watchSources } from "./admin_page/watch_sources.ts";
import type { Route } from "./function_gateway.ts";

/** The page's Supabase settings, served as `/config.json`. */
export interface AdminPageSettings {
  url: string;
  publishableKey: string;
  /** A user for the sign-in form. */
  demoUser: { email: string; password: string };
}

/** Options of the build and the server. */
export interface AdminPageOptions {
  /** Whether changed sources start a new build. @default false */
  watch?: boolean;
  /** Called with a sentence when a build fails, and when the next one succeeds. */
  onLog?: (line: string) => void;
}

/** The admin page of `examples/admin/`, served at `/` of the local stack. */
export interface AdminPage {
  /** Answers requests for the page and its files; `undefined` for other requests. */
  readonly route: Route;
  /** Resolves after the build: `null`, or a sentence that says why it failed. */
  readonly built: Promise<string | null>;
  /** Sets the page's settings. */
  connect(settings: AdminPageSettings): void;
  /** Stops watching, and a running build. */
  close(): Promise<void>;
}

/**
 * Builds the admin page in the background, and serves it.
 *
 * An earlier build is reused if no source is newer. Until the build ends, `/` answers a page that reloads itself; if the
 * build fails, a page that says why. The rest of the stack does not depend on it.
 */
export function startAdminPage(options: AdminPageOptions = {}): AdminPage {
  const { watch = false, onLog } = options;
  const closing = new AbortController();
  let settings: AdminPageSettings | undefined;
  let problem: string | null = null;

  const build = async (): Promise<string | null> => {
    const before = problem;
    problem = await buildAdminPage(closing.signal);
    if (closing.signal.aborted) return problem;
    if (problem && problem !== before) onLog?.(problem);
    if (!problem && before) onLog?.("The admin page is built.");
    return problem;
  };
  const built = build();
  let building: Promise<unknown> = built;
  const watcher = watch ? watchSources(() => building = building.then(build)) : undefined;

  return {
    built,
    connect: (given) => settings = given,
    route: serveAdminPage(() => ({ settings, problem })),
    close: async () => {
      watcher?.close();
      closing.abort();
      await building;
    },
  };
}
