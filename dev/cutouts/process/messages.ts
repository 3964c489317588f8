import type { Box, Mode } from "../../api4ai/messages.ts";
import type { ModelInput } from "../model/model_input.ts";

/** Argument of the model's process, as JSON. */
export interface ProcessArgument {
  file: string;
  input: ModelInput;
}

/** A request to the model's process; the frame's bytes are the photo. */
export interface ProcessRequest {
  mode: Mode;
}

/** Message of the process when it is ready, and after each request; the frame's bytes are the picture. */
export type ProcessReply =
  | { kind: "ready" }
  | { kind: "cut"; width: number; height: number; carBox: Box | null }
  | { kind: "unreadable" }
  | { kind: "too big" }
  | { kind: "error"; message: string };
