import { buildAdminPage } from "./admin_page/build.ts";
import { serveAdminPage } from "./admin_page/serve.ts";
import { watchSources } from "./admin_page/watch_sources.ts";
import type { Route } from "./function_gateway.ts";

/** What the page is told of its Supabase, as `/config.json`. */
export interface AdminPageSettings {
  url: string;
  publishableKey: string;
  /** Who can sign in. */
  demoUser: { email: string; password: string };
}

/** How the page is built and served. */
export interface AdminPageOptions {
  /** Builds it again when its sources change. @default false */
  watch?: boolean;
  /** Hears, in a sentence, when it can not be built, and when it is there again. */
  onLog?: (line: string) => void;
}

/** The admin page of `examples/admin/`, at `/` of the local stack. */
export interface AdminPage {
  /** Answers requests for the page and its files; undefined for any other. */
  readonly route: Route;
  /** Settles once it is built: `null`, or a sentence that says why there is none. */
  readonly built: Promise<string | null>;
  /** Tells it its settings. */
  connect(settings: AdminPageSettings): void;
  /** Ends the watching, and a build that goes on. */
  close(): Promise<void>;
}

/**
 * Builds the admin page beside whatever else goes on, and serves it.
 *
 * What has been built before is kept, and served at once where no source is newer. Until there is a page, `/` answers one
 * that loads itself again; where it can not be built, one that says why. Nothing else depends on it.
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
