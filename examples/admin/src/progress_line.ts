import type { Progress } from "@process-image/client";
import { el, fill } from "./dom.ts";
import { bytes } from "./format.ts";

type Stage = Progress["stage"];

/** The visible steps; other stages belong to the step before them. */
const STEPS: { text: string; stages: Stage[] }[] = [
  { text: "Uploading", stages: ["preparing", "uploading", "waiting"] },
  { text: "Removing background", stages: ["removing_background"] },
  { text: "Rendering", stages: ["rendering"] },
  { text: "Storing", stages: ["storing"] },
  { text: "Stored", stages: ["done"] },
];

/** The progress of a photo. */
export interface ProgressLine {
  element: HTMLElement;
  show(progress: Progress): void;
  /** Freezes the display after a failure or a stop. */
  stop(): void;
}

/** Creates the list of steps, with the current one marked, and a sentence with the bytes or the seconds to wait. */
export function createProgressLine(name: string): ProgressLine {
  const steps = STEPS.map(({ text }) => el("li", {}, text));
  const text = el("p", { class: "progress-text" });
  const bar = el("progress", { "aria-label": `Progress of ${name}` });
  const element = el(
    "div",
    { class: "progress" },
    el("ol", { class: "steps" }, ...steps),
    bar,
    text,
  );
  let countdown: ReturnType<typeof setInterval> | undefined;

  const mark = (stage: Stage): void => {
    const now = STEPS.findIndex(({ stages }) => stages.includes(stage));
    if (now < 0) return; // `retrying`: the failed step stays marked
    steps.forEach((step, index) => {
      step.classList.toggle("passed", index < now || stage === "done");
      if (index === now) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
  };
  const stop = (): void => clearInterval(countdown);

  const countDown = (progress: Progress): void => {
    const until = performance.now() + (progress.retryInMs ?? 0);
    const showCountdown = (): void => {
      const seconds = Math.max(
        0,
        Math.ceil((until - performance.now()) / 1_000),
      );
      fill(
        text,
        `${progress.error?.message ?? "The photo failed."} Trying again in ${seconds} s.`,
      );
      if (seconds === 0) stop();
    };
    showCountdown();
    countdown = setInterval(showCountdown, 250);
  };

  const show = (progress: Progress): void => {
    stop();
    mark(progress.stage);
    const { uploadedBytes, totalBytes, stage } = progress;
    const counted = stage === "uploading" && totalBytes &&
      uploadedBytes !== undefined;
    bar.hidden = stage === "done";
    if (counted) {
      bar.max = totalBytes;
      bar.value = uploadedBytes;
    } else bar.removeAttribute("value");
    if (stage === "retrying") return countDown(progress);
    fill(
      text,
      counted ? `${bytes(uploadedBytes)} of ${bytes(totalBytes)}` : SENTENCES[stage],
    );
  };
  return { element, show, stop };
}

const SENTENCES: Partial<Record<Stage, string>> = {
  preparing: "Preparing the photo",
  uploading: "Sending the photo",
  waiting: "Waiting for the server",
  removing_background: "The car is being cut out; this takes some seconds",
  rendering: "Rendering the three variants",
  storing: "Storing the variants",
};
