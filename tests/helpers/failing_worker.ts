/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** A worker for `FunctionReader`: it fails on `throw`, never answers `hang`, and refuses everything else. */
self.onmessage = ({ data: path }: MessageEvent<string>) => {
  if (path === "throw") throw new Error("The engine crashed.");
  while (path === "hang");
  self.postMessage({ status: "refused", reason: path });
};
self.postMessage("ready");
