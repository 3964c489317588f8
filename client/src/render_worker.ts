// The entry of the worker that encodes photos: see render_in_worker.ts.
import { answerJobs, renderPhoto, type WorkerScope } from "./render_photo.ts";

answerJobs(globalThis as unknown as WorkerScope, renderPhoto);
