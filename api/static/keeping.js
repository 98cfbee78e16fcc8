// Keeps films on this device until the service has them: what is known of each, and its bytes.
//
// A recording is kept in the pieces in which it comes, so that a reload or a crash loses two or three seconds. A
// device that has no room left, or forbids it, holds the bytes only as long as the page is open.

const NAME = "sixface";
const hands = new Map(); // id -> blobs that could not be kept on the device
const told = new EventTarget();
let opened = null;

function base() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("films", { keyPath: "id" });
      asked.result.createObjectStore("pieces");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function within(mode, act) {
  const stores = (await base()).transaction(["films", "pieces"], mode);
  return new Promise((resolve, reject) => {
    const asked = act(stores.objectStore("films"), stores.objectStore("pieces"));
    stores.oncomplete = () => resolve(asked?.result);
    stores.onabort = () => reject(stores.error);
  });
}

const all = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

/** All that is known, the newest first. */
export async function films() {
  const found = await within("readonly", (rows) => rows.getAll());
  return found.sort((a, b) => b.at.localeCompare(a.at));
}

export function film(id) {
  return within("readonly", (rows) => rows.get(id));
}

/** Note what is known of a film. */
export async function note(row) {
  await within("readwrite", (rows) => rows.put(row));
  told.dispatchEvent(new CustomEvent("change", { detail: row }));
}

/** Keep the next bytes; false where they are only in hand, so that the page has to stay open. */
export async function keep(id, number, blob) {
  if (!hands.has(id)) {
    try {
      await within("readwrite", (_, pieces) => pieces.put(blob, [id, number]));
      return true;
    } catch {
      // The device is full, or keeps nothing in a private window.
    }
  }
  hands.set(id, [...(hands.get(id) ?? []), blob]);
  return false;
}

/** Hold a chosen file in hand: it lies on this device already. */
export function hold(id, blob) {
  hands.set(id, [blob]);
}

/** The bytes of a film; null where they are neither kept nor in hand. */
export async function bytes({ id, type, held }) {
  const kept = await within("readonly", (_, pieces) => pieces.getAll(all(id)));
  const inHand = hands.get(id);
  if (held && !inHand) return null;
  const parts = [...kept, ...(inHand ?? [])];
  return parts.length ? new Blob(parts, { type }) : null;
}

/** Let go of the bytes, and keep what is known. */
export async function drop(id) {
  hands.delete(id);
  await within("readwrite", (_, pieces) => pieces.delete(all(id)));
}

/** Forget a film altogether. */
export async function forget(id) {
  hands.delete(id);
  await within("readwrite", (rows, pieces) => {
    rows.delete(id);
    return pieces.delete(all(id));
  });
  told.dispatchEvent(new CustomEvent("change", { detail: null }));
}

/** Be told whenever something changed. */
export function changed(act) {
  told.addEventListener("change", (event) => act(event.detail));
}

/** Bytes that are free for this page; Infinity where the browser does not tell. */
export async function room() {
  const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  return quota === undefined ? Infinity : quota - usage;
}

/** Ask the browser not to clear what is kept when the device runs full. */
export function stay() {
  return navigator.storage?.persist?.().catch(() => false);
}
