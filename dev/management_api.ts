/** A deployed function. */
export interface Deployment {
  readonly slug: string;
  /** Place of the bundling: Supabase's server, or the CLI with Docker. */
  readonly bundledBy: "server" | "docker";
  /** Whether the platform checks tokens before the function. */
  readonly verifyJwt: boolean;
  readonly entrypoint: string;
  readonly importMap: string;
  /** Uploaded files in order, or the one compressed bundle. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A running simulator of Supabase's Management API, with one project. */
export interface ManagementApi {
  readonly url: string;
  /** The valid access token. */
  readonly accessToken: string;
  readonly projectRef: string;
  readonly deployments: readonly Deployment[];
  readonly secrets: ReadonlyMap<string, string>;
  /** Requests that the simulator does not support, such as `GET /v1/organizations`. */
  readonly unknown: readonly string[];
  /** Writes a profile of the Supabase CLI with the simulator's address, for `--profile`. */
  writeProfile(path: string): Promise<void>;
  close(): Promise<void>;
}

const PROJECT_REF = "abcdefghijklmnopqrst";

/** The project in the Management API's format. */
const PROJECT = {
  id: PROJECT_REF,
  ref: PROJECT_REF,
  name: "stand-in",
  organization_id: "stand-in",
  organization_slug: "stand-in",
  region: "eu-central-1",
  created_at: "2026-01-01T00:00:00.000Z",
  status: "ACTIVE_HEALTHY",
  database: {
    host: "localhost",
    version: "17.4.1.054",
    postgres_engine: "17",
    release_channel: "ga",
  },
};

/** Starts the part of Supabase's Management API that the CLI (3.1.0) deploys with, on 127.0.0.1. */
export function startManagementApi(): ManagementApi {
  // The CLI checks the shape: sbp_ and 40 hex digits.
  const accessToken = `sbp_${crypto.randomUUID().replaceAll("-", "")}00000000`;
  const deployments: Deployment[] = [];
  const secrets = new Map<string, string>();
  const unknown: string[] = [];

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    if (request.headers.get("authorization") !== `Bearer ${accessToken}`) {
      return Response.json({ message: "Unauthorized" }, { status: 401 });
    }
    switch (`${request.method} ${url.pathname.replace(`/v1/projects/${PROJECT_REF}`, "")}`) {
      case "GET ":
        return Response.json(PROJECT);
      case "GET /api-keys": // `link` requests the keys for its cache
        return Response.json(["anon", "service_role"].map((name) => ({ name, api_key: name })));
      case "GET /functions":
        return Response.json(deployments.map(described));
      case "POST /functions/deploy":
        return deployed(await readServerBundle(url, await request.formData()));
      case "POST /functions":
        return deployed(readDockerBundle(url, await request.bytes()));
      case "GET /secrets":
        return Response.json([...secrets].map(([name, value]) => ({ name, value })));
      case "POST /secrets":
        for (const { name, value } of await request.json() as { name: string; value: string }[]) {
          secrets.set(name, value);
        }
        return new Response(null, { status: 201 });
    }
    unknown.push(`${request.method} ${url.pathname}`);
    return Response.json({ message: "Not Found" }, { status: 404 });
  };
  const deployed = (deployment: Deployment): Response => {
    deployments.push(deployment);
    return Response.json(described(deployment), { status: 201 });
  };

  const onListen = () => {};
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, answer);
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    url,
    accessToken,
    projectRef: PROJECT_REF,
    deployments,
    secrets,
    unknown,
    writeProfile: (path) =>
      Deno.writeTextFile(
        path,
        `name: stand-in\napi_url: ${url}\ndashboard_url: ${url}\nproject_host: localhost\n`,
      ),
    close: () => server.shutdown(),
  };
}

function described({ slug, verifyJwt }: Deployment): Record<string, unknown> {
  const times = { created_at: 0, updated_at: 0 };
  return {
    id: slug,
    slug,
    name: slug,
    status: "ACTIVE",
    version: 1,
    verify_jwt: verifyJwt,
    ...times,
  };
}

/** Reads an upload for server-side bundling: separate files, and a part with the metadata. */
async function readServerBundle(url: URL, form: FormData): Promise<Deployment> {
  const metadata = JSON.parse(String(form.get("metadata"))) as {
    entrypoint_path: string;
    import_map_path: string;
    verify_jwt: boolean;
  };
  const files = form.getAll("file").filter((part) => part instanceof File);
  return {
    slug: url.searchParams.get("slug") ?? "",
    bundledBy: "server",
    verifyJwt: metadata.verify_jwt,
    entrypoint: metadata.entrypoint_path,
    importMap: metadata.import_map_path,
    files: new Map(await Promise.all(files.map(readFile))),
  };
}

async function readFile(file: File): Promise<[name: string, content: Uint8Array]> {
  return [file.name, await file.bytes()];
}

function readDockerBundle(url: URL, bundle: Uint8Array): Deployment {
  const { searchParams } = url;
  return {
    slug: searchParams.get("slug") ?? "",
    bundledBy: "docker",
    verifyJwt: searchParams.get("verify_jwt") === "true",
    entrypoint: searchParams.get("entrypoint_path") ?? "",
    importMap: searchParams.get("import_map_path") ?? "",
    files: new Map([["bundle", bundle]]),
  };
}
