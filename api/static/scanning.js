// Finds the waybill number: read live by the browser where it can, else from one photo by the service.

import { ask, freshKey } from "./asking.js";

const FORMATS = ["code_128", "code_39", "code_93", "itf", "codabar", "qr_code", "data_matrix", "pdf417"];
const EVERY = 200; // ms between two looks
const NUMBER = /^[A-Z0-9][A-Z0-9-]{5,39}$/;

/** The number as it is written: without spaces, in capitals; empty where it cannot be one. */
export function tidied(text) {
  const plain = text.replace(/\s+/g, "").toUpperCase();
  return NUMBER.test(plain) ? plain : "";
}

/** What reads codes in this browser, or null: not every one can. */
export async function reader() {
  if (!("BarcodeDetector" in window)) return null;
  const known = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
  const formats = FORMATS.filter((one) => known.includes(one));
  return formats.length ? new window.BarcodeDetector({ formats }) : null;
}

/** The numbers that are legible in a picture or a video right now. */
export async function legible(detector, picture) {
  const codes = await detector.detect(picture).catch(() => []);
  return codes.map((code) => tidied(code.rawValue)).filter(Boolean);
}

/** Look at the video until a number is legible; calls `found` once. Returns what ends it. */
export function scan(detector, video, found) {
  let over = false;
  const look = async () => {
    if (over) return;
    const [number] = video.readyState >= 2 ? await legible(detector, video) : [];
    if (over) return;
    if (number) {
      over = true;
      found(number);
    } else {
      setTimeout(look, EVERY);
    }
  };
  look();
  return () => (over = true);
}

/** The numbers on a photo of a waybill, as the service reads them; the photo is stored there. */
export async function readPhoto(file) {
  const body = new FormData();
  body.append("profile", "label_photo");
  body.append("file", file, file.name || "waybill.jpg");
  const report = await ask("/v1/validate", { body, key: freshKey() });
  const codes = (report.answers ?? []).flatMap((answer) => answer.findings).filter((one) => one.code === "label.code");
  const values = codes.map((code) => code.measures.find((one) => one.name === "value")?.value ?? "");
  return [...new Set(values.map(tidied).filter(Boolean))];
}
