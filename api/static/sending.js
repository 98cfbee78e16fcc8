// Sends a file in parts that go on where they stopped (tus 1.0.0). XMLHttpRequest carries the parts,
// because fetch() cannot tell how much has left the machine.

import { Fault, LOST, parsed } from "./asking.js";
import { pause } from "./pausing.js";

const PART = 8 << 20;
const STALL = 30000; // ms without a byte leaving
const STORING = 180000; // ms for the answer to a part; the last one waits until the film is stored
const TUS = { "Tus-Resumable": "1.0.0" };
const GONE = [404, 410];

/**
 * Send `blob`; resolves to the id of its evidence.
 *
 * `place` is where an earlier attempt got to, if any; `announced(place)` is told of a new one.
 * `progress(done, total)` hears what the service is sure of or is being sent; `waiting(fault)` that there
 * is a pause. Throws a `Fault` that trying again would not mend, or the reason of `stop`.
 */
export async function send({ blob, metadata, key, place = "", announced, progress, waiting, stop }) {
  let at = place;
  let failed = 0;
  let attempts = 0;
  for (;;) {
    try {
      if (!at) {
        at = await announce(blob.size, metadata, `${key}-${attempts}`, stop);
        await announced(at);
      }
      return await parts(at, blob, (done) => {
        failed = 0;
        progress(done, blob.size);
      }, stop);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (at && GONE.includes(error.status)) {
        at = ""; // its time was over, or it was given up: begin anew
        attempts += 1;
        continue;
      }
      if (!error.passing && error.status !== 409) throw error;
      waiting?.(error);
      await pause(failed, stop);
      failed += 1;
    }
  }
}

async function announce(length, metadata, key, stop) {
  const told = await request("POST", "/v1/uploads", {
    headers: { ...TUS, "Upload-Length": String(length), "Upload-Metadata": encoded(metadata), "Idempotency-Key": key },
    stop,
  });
  return told.getResponseHeader("Location");
}

async function parts(at, blob, progress, stop) {
  let told = await request("HEAD", at, { headers: TUS, stop });
  for (;;) {
    const offset = Number(told.getResponseHeader("Upload-Offset"));
    progress(offset);
    if (offset >= blob.size) return decodeURIComponent(told.getResponseHeader("Content-Location").split("/").pop());
    told = await request("PATCH", at, {
      headers: { ...TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
      body: blob.slice(offset, offset + PART),
      sent: (done) => progress(offset + done),
      stop,
    });
  }
}

function encoded(metadata) {
  const base64 = (text) => btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
  return Object.entries(metadata)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name} ${base64(value)}`)
    .join(",");
}

function request(method, path, { headers, body = null, sent, stop }) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    let stalled = 0;
    const within = (time) => {
      clearTimeout(stalled);
      stalled = setTimeout(() => call.abort(), time); // a line that is dead is told by nobody
    };
    call.open(method, path);
    for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
    call.setRequestHeader("Accept-Language", document.documentElement.lang);
    call.upload.addEventListener("progress", (event) => {
      within(event.loaded < event.total ? STALL : STORING);
      sent?.(event.loaded);
    });
    const leave = () => call.abort();
    stop?.addEventListener("abort", leave);
    call.addEventListener("loadend", () => {
      clearTimeout(stalled);
      stop?.removeEventListener("abort", leave);
      if (stop?.aborted) reject(stop.reason);
      else if (call.status >= 200 && call.status < 300) resolve(call);
      else reject(new Fault(call.status || LOST, parsed(call.responseText) ?? {}));
    });
    within(body ? STALL : STORING);
    call.send(body);
  });
}
