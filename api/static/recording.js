// Records what the camera sees, and keeps every piece the moment it comes.

import * as keeping from "./keeping.js";
import { alone, fresh } from "./queue.js";

// MP4 first: it carries a date, and every platform takes it. What a browser cannot write it says itself.
const TYPES = ["video/mp4;codecs=avc1.640028,mp4a.40.2", "video/mp4;codecs=avc1.640028,opus", "video/mp4", "video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm"];
const SILENT = ["video/mp4;codecs=avc1.640028", ...TYPES];
const PIECE = 1000; // ms between pieces
const KEY = 2000; // ms between key frames; an MP4 is handed over at key frames alone, so a crash costs up to both
const RATE = 6e6; // bits a second: 1080p in which a waybill stays legible
const SOUND = 64e3;

/** Begin; `lost()` is told when bytes are only in hand, `ended()` when the camera went away. */
export async function record(stream, about, { most, lost, ended }) {
  const silent = stream.getAudioTracks().length === 0;
  const mimeType = (silent ? SILENT : TYPES).find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, {
    mimeType,
    videoBitsPerSecond: Math.min(RATE, most - SOUND),
    audioBitsPerSecond: SOUND,
    videoKeyFrameIntervalDuration: KEY,
  });
  const type = recorder.mimeType || mimeType;
  const row = fresh({ ...about, type: type.split(";")[0], state: "recording", recorded: true });
  row.name = named(row);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const locked = alone(`sixface-${row.id}`, () => held); // so that no other page takes it for left over
  await keeping.note(row);

  let number = 0;
  let chain = Promise.resolve();
  recorder.addEventListener("dataavailable", ({ data }) => {
    if (!data.size) return;
    const place = number;
    number += 1;
    row.size += data.size;
    chain = chain.then(async () => {
      if ((await keeping.keep(row.id, place, data)) || row.held) return;
      row.held = true;
      await keeping.note(row);
      lost();
    });
  });
  const begun = new Promise((resolve) => recorder.addEventListener("start", resolve, { once: true }));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
  recorder.start(PIECE);
  await begun;
  const since = performance.now();
  row.at = new Date().toISOString();
  stopped.then(() => ended(row.id));

  return {
    row,
    seconds: () => (performance.now() - since) / 1000,
    /** End it; resolves once every byte is kept. `more` is noted with it. */
    async stop(more) {
      row.seconds = (performance.now() - since) / 1000;
      if (recorder.state !== "inactive") recorder.stop();
      await stopped;
      await chain;
      await keeping.note(Object.assign(row, more, { state: "kept" }));
      release();
      await locked;
      return row;
    },
    /** Throw it away. */
    async cancel() {
      if (recorder.state !== "inactive") recorder.stop();
      await stopped;
      await chain;
      await keeping.forget(row.id);
      release();
    },
  };
}

/** `WAYBILL_20261127_143000.mp4`, in the time of this device. */
function named({ waybill, at, type }) {
  const two = (n) => String(n).padStart(2, "0");
  const t = new Date(at);
  const day = `${t.getFullYear()}${two(t.getMonth() + 1)}${two(t.getDate())}`;
  const time = `${two(t.getHours())}${two(t.getMinutes())}${two(t.getSeconds())}`;
  return `${[waybill, day, time].filter(Boolean).join("_")}.${type === "video/mp4" ? "mp4" : "webm"}`;
}
