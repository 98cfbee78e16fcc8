// Whoever left, or was never here, finds no page on this device that opens without a network.

for (const name of (await globalThis.caches?.keys()) ?? []) {
  if (name.startsWith("sixface-shell-")) await caches.delete(name); // also in worker.js
}
