// Brings films to the service, one step after the other; whatever was done is noted, so that a reload goes on
// where it was. Bytes are let go only when the service has stored the whole film and its hash is ours.

import { ask, Fault, freshKey, LOST } from "./asking.js";
import { digest } from "./hashing.js";
import * as keeping from "./keeping.js";
import { pause } from "./pausing.js";
import { send } from "./sending.js";
import { watch } from "./watching.js";

const COPIED = 500e6; // bytes of a chosen file up to which it is copied, so that a reload finds it again
const REMEMBERED = 12; // finished films that are still listed

const heard = new EventTarget();
const running = new Map(); // id -> AbortController

/** Be told of each step: `{ id, step, ... }`. */
export function follow(act) {
  heard.addEventListener("step", (event) => act(event.detail));
}

const tell = (row, step, more = {}) => {
  heard.dispatchEvent(new CustomEvent("step", { detail: { id: row.id, step, ...more } }));
};

/** A film that is to be known from now on. */
export function fresh(more) {
  return { id: freshKey(), at: new Date().toISOString(), state: "kept", profile: "unboxing", expected: {}, size: 0, held: false, ...more };
}

/** Take a chosen file in; the same file chosen again goes on where it stopped. */
export async function take(file, more) {
  const known = (await keeping.films()).find(
    (row) => row.state !== "done" && row.held && row.name === file.name && row.size === file.size && row.modified === file.lastModified,
  );
  const row = known ?? fresh({ name: file.name, type: file.type, size: file.size, modified: file.lastModified, ...more });
  if (known || file.size > COPIED || (await keeping.room()) < 2 * file.size) {
    keeping.hold(row.id, file);
    row.held = true;
  } else {
    row.held = !(await keeping.keep(row.id, 0, file));
  }
  await again(row);
  return row;
}

/** What is known of the film of that id. */
export function found(id) {
  return keeping.film(id);
}

/** Try once more what came to a stop; what the service has is not sent again. */
export async function again(row) {
  if (row.state === "stopped") row.state = row.delivered ? "checking" : "kept";
  await keeping.note(row);
  run(row.id);
}

/** Go on with everything that is left over; what another page is busy with waits for that page. */
export async function resume() {
  const rows = await keeping.films();
  for (const row of rows.filter((one) => one.state === "done").slice(REMEMBERED)) await keeping.forget(row.id);
  for (const row of rows) if (!["done", "stopped"].includes(row.state)) run(row.id);
}

/** Bring one film to its report; resolves when it is there or cannot come. */
export async function run(id) {
  if (running.has(id)) return;
  const stop = new AbortController();
  running.set(id, stop);
  try {
    await alone(`sixface-${id}`, () => bring(id, stop.signal));
  } finally {
    running.delete(id);
  }
}

/** Whether a page has something to lose or to interrupt: films that are not with the service yet. */
export async function pending() {
  return (await keeping.films()).some((row) => ["recording", "kept"].includes(row.state));
}

/** Give a film up: stop what is done with it and forget it; what the service has stays there. */
export async function giveUp(id) {
  running.get(id)?.abort(new DOMException("given up", "AbortError"));
  await keeping.forget(id);
}

/** Do it when no other page does it any more; where locks are missing (no TLS), at once. */
export function alone(name, act) {
  return navigator.locks ? navigator.locks.request(name, act) : act();
}

async function bring(id, stop) {
  for (let failed = 0; ; failed += 1) {
    const row = await keeping.film(id);
    if (!row) return;
    try {
      if (row.state === "done") await told(row, stop); // another page was faster
      else await steps(row, stop);
      return;
    } catch (error) {
      if (stop.aborted) return;
      const fault = error instanceof Fault ? error : new Fault(error.watching ? LOST : 499, { detail: String(error) });
      if (fault.passing) {
        tell(row, "waiting", { fault });
        await pause(failed, stop).catch(() => {});
        if (stop.aborted) return;
      } else {
        await keeping.note({ ...row, state: "stopped", problem: { status: fault.status, ...fault.problem } });
        tell(row, "stopped", { fault });
        return;
      }
    }
  }
}

async function steps(row, stop) {
  if (row.state === "recording") {
    row.state = "kept"; // the page that recorded it is gone
    row.cut = true;
    await keeping.note(row);
  }
  if (row.state === "kept") await deliver(row, stop);
  if (row.case_id && !row.attached) await attach(row, stop);
  await judge(row, stop);
}

async function deliver(row, stop) {
  if (!row.evidence) {
    const blob = await keeping.bytes(row);
    if (!blob?.size) throw new Fault(410, row.held ? { code: "not_here" } : { code: "empty" });
    row.size = blob.size;
    row.digest ??= await hashed(row, blob, stop);
    if (row.waybill && row.cased && !row.case_id) row.case_id = await caseOf(row, stop);
    await keeping.note(row);
    row.evidence = await send({
      blob,
      metadata: metadata(row),
      key: row.id,
      place: row.place,
      announced: (place) => keeping.note(Object.assign(row, { place })),
      progress: (done, total) => tell(row, done < total ? "sending" : "storing", { done, total }),
      waiting: (fault) => tell(row, "waiting", { fault }),
      stop,
    });
    await keeping.note(row);
  }
  const stored = await ask(`/v1/evidence/${encodeURIComponent(row.evidence)}`, { stop });
  if (stored.digest !== `sha256:${row.digest}` || stored.size !== row.size) throw new Fault(422, { code: "other_bytes" });
  Object.assign(row, { state: "checking", delivered: true });
  await keeping.note(row);
  await keeping.drop(row.id);
  tell(row, "delivered", { links: stored.links });
}

async function hashed(row, blob, stop) {
  tell(row, "storing");
  return digest(blob, stop);
}

function metadata(row) {
  return {
    filename: row.name,
    profile: row.profile,
    expect: Object.keys(row.expected).length ? JSON.stringify(row.expected) : "",
    case_id: row.case_id,
    sha256: row.digest,
  };
}

/** The newest case of that waybill, else a new one. */
async function caseOf(row, stop) {
  const found = await casesOf(row.waybill, stop);
  if (found.length) return found[0].id;
  const body = { tracking_number: row.waybill, ...(row.ruleset ? { ruleset: row.ruleset } : {}) };
  return (await ask("/v1/cases", { body, key: `case-${row.id}`, stop })).id;
}

export async function casesOf(waybill, stop) {
  return (await ask(`/v1/cases?limit=1&tracking_number=${encodeURIComponent(waybill)}`, { stop })).items;
}

async function attach(row, stop) {
  const facts = { role: "opening_film", ...(row.recorded ? { captured_at: row.at } : {}) };
  const body = { evidence_id: row.evidence, facts };
  try {
    await ask(`/v1/cases/${encodeURIComponent(row.case_id)}/exhibits`, { body, key: `exhibit-${row.id}`, stop });
  } catch (error) {
    // The same film twice in a case, or a case that was purged meanwhile: the film itself is safe and checked.
    if (!(error instanceof Fault) || error.passing) throw error;
    row.unattached = error.message;
  }
  row.attached = true;
  await keeping.note(row);
}

async function judge(row, stop) {
  try {
    await watch(`/v1/evidence/${encodeURIComponent(row.evidence)}/events`, (seen) => tell(row, "checking", { seen }));
  } catch (error) {
    if (error.watching) throw new Fault(LOST);
    throw new Fault(499, error.problem); // the file cannot be checked; asking again would not help
  }
  await told(row, stop);
}

async function told(row, stop) {
  const reading = await ask(`/v1/evidence/${encodeURIComponent(row.evidence)}/reading`, { stop });
  await keeping.note(Object.assign(row, { state: "done", verdict: reading.verdict }));
  tell(row, "done", { reading });
}
