/** The part of a message of Chromium's DevTools protocol that is read here. */
interface Message {
  id?: number;
  method?: string;
  params?: { url?: string };
}

/** The address of an npm package's file in Deno's cache. */
const NPM_FILE = /\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/\d[^/]*\//;

/** The modules in a process's memory. */
export interface LoadedModules {
  /** Paths of the project's files, sorted. */
  files: string[];
  /** Number of loaded files of each npm package. */
  packages: Map<string, number>;
}

/**
 * Lists the modules that a Deno process has loaded, by its inspector.
 *
 * @param inspector The inspector's `host:port`, of `--inspect`.
 * @param root The project's folder, as a URL.
 */
export async function loadedModules(inspector: string, root: URL): Promise<LoadedModules> {
  const urls = await scriptUrls(inspector);
  const files = new Set<string>();
  const packages = new Map<string, number>();
  for (const url of urls) {
    const name = NPM_FILE.exec(url)?.[1];
    if (name !== undefined) packages.set(name, (packages.get(name) ?? 0) + 1);
    else if (url.startsWith(root.href)) files.add(url.slice(root.href.length));
  }
  return { files: [...files].sort(), packages };
}

/** @returns The URLs of all scripts: the debugger reports each once when it is enabled. */
async function scriptUrls(inspector: string): Promise<Set<string>> {
  const targets = await (await fetch(`http://${inspector}/json`)).json();
  const socket = new WebSocket(targets[0].webSocketDebuggerUrl);
  const urls = new Set<string>();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.onopen = () => socket.send(JSON.stringify({ id: 1, method: "Debugger.enable" }));
  socket.onerror = () => reject(new Error(`The inspector at ${inspector} does not answer.`));
  socket.onmessage = ({ data }) => {
    const { id, method, params }: Message = JSON.parse(data);
    if (method === "Debugger.scriptParsed" && params?.url) urls.add(params.url);
    if (id === 1) resolve();
  };
  await promise;
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
  return urls;
}
