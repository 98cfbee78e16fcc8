// Follows a check by server-sent events until it is done or has failed.

import { LOST, parsed } from "./asking.js";

const MOST_BREAKS = 5;

/** Resolves to { report } when the check is done; rejects with { status, problem } when it failed. */
export function watch(events, progress) {
  return new Promise((resolve, reject) => {
    // An event source cannot say which language it likes by a header.
    const source = new EventSource(`${events}?lang=${document.documentElement.lang}`);
    let breaks = 0;
    const finish = (settle, value) => {
      source.close();
      settle(value);
    };
    source.addEventListener("progress", (event) => {
      breaks = 0;
      const seen = parsed(event.data);
      if (seen) progress(seen);
    });
    source.addEventListener("done", (event) => finish(resolve, parsed(event.data) ?? {}));
    source.addEventListener("failed", (event) => {
      const problem = parsed(event.data) ?? {};
      finish(reject, { status: problem.status ?? 500, problem });
    });
    source.addEventListener("error", () => {
      // The browser reconnects by itself unless the server said no.
      breaks += 1;
      if (source.readyState === EventSource.CLOSED || breaks >= MOST_BREAKS) {
        finish(reject, { status: LOST, problem: {}, watching: true });
      }
    });
  });
}
