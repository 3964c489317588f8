/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** A thread for `FunctionReader`: it fails over `throw`, never answers `hang`, and refuses the rest. */
self.onmessage = ({ data: path }: MessageEvent<string>) => {
  if (path === "throw") throw new Error("The engine crashed.");
  while (path === "hang");
  self.postMessage({ status: "refused", reason: path });
};
self.postMessage("ready");
