import type { EraseDeps } from "../erase/handle_erase.ts";
import { connectAs } from "../http/auth/caller_client.ts";
import { CutoutLinks } from "../storage/cutout_links.ts";
import type { Core } from "./core.ts";
import type { PhotoServices } from "./photo_services.ts";

/** Builds the services for the deletion of photos. */
export function createDeleteServices(
  { config, service }: Core,
  photos: PhotoServices,
): EraseDeps {
  const { storage } = config;
  const links = new CutoutLinks(service);
  return {
    ...photos,
    photoFiles: (caller) => ({
      service,
      caller: connectAs(caller, config),
      links,
      buckets: {
        results: storage.bucket,
        cutouts: storage.cutoutBucket,
        sources: storage.sourceBuckets,
      },
      bounds: { timeoutMs: storage.timeoutMs },
    }),
  };
}
