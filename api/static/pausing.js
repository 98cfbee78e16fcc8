// Waits before something is tried again: longer each time, and at once when the network comes back.

const FIRST = 1000;
const MOST = 30000;

/** Resolves after a while that doubles with `times`; rejects when `stop` is aborted. */
export function pause(times, stop) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(wake, Math.min(MOST, FIRST * 2 ** times));
    function done() {
      clearTimeout(timer);
      removeEventListener("online", wake);
      stop?.removeEventListener("abort", leave);
    }
    function wake() {
      done();
      resolve();
    }
    function leave() {
      done();
      reject(stop.reason);
    }
    addEventListener("online", wake);
    if (stop?.aborted) leave();
    else stop?.addEventListener("abort", leave);
  });
}
