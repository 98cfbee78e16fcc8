// The SHA-256 of a file of any size, a piece at a time: the browser's own wants all of it in memory at once,
// and is missing where the page came without TLS.

import { sha256 } from "./sha256.js";

const PIECE = 1 << 20; // bytes read at a time; about 10 ms of work, so that the page stays awake

export const hex = (data) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The hash of a blob in hexadecimal. */
export async function digest(blob, stop) {
  const running = sha256.create();
  for (let at = 0; at < blob.size; at += PIECE) {
    stop?.throwIfAborted();
    running.update(new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer()));
  }
  return hex(running.digest());
}
