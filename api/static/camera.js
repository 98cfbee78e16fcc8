// The camera of this device: which, how large, its lamp, and a screen that stays on.

const WANTED = { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 30 } };
// What a microphone usually smooths away is what tells an uncut take from a cut one.
const SOUND = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/** Whether this page may use a camera at all: browsers want TLS, or this machine itself. */
export function able() {
  return Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
}

/** Open a camera, with sound where it is allowed; the one named, else the one at the back. */
export async function open(id = "") {
  const which = id ? { deviceId: { exact: id } } : { facingMode: { ideal: "environment" } };
  const video = { ...WANTED, ...which };
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio: SOUND });
  } catch (error) {
    if (id && ["OverconstrainedError", "NotFoundError"].includes(error.name)) return open();
    // No microphone, or none allowed: a film without sound is better than none.
    return navigator.mediaDevices.getUserMedia({ video, audio: false });
  }
}

export function close(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** The cameras, by id and name; names are told only once a camera was allowed. */
export async function cameras() {
  const found = await navigator.mediaDevices.enumerateDevices();
  return found.filter((one) => one.kind === "videoinput").map(({ deviceId, label }) => ({ id: deviceId, label }));
}

export function hasLamp(stream) {
  return Boolean(stream.getVideoTracks()[0]?.getCapabilities?.().torch);
}

export function light(stream, on) {
  return stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
}

/** Keep the screen on; returns what lets it go dark again. Not every browser can be asked. */
export function stayAwake() {
  let lock = null;
  let over = false;
  const ask = async () => {
    if (over || document.visibilityState !== "visible") return;
    lock = await navigator.wakeLock?.request("screen").catch(() => null);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", ask);
    lock?.release().catch(() => {});
  };
}
