// The first page: choose a file, send it, watch its check, open its report.

import { say, size } from "./say.js";
import { freshKey, send } from "./sending.js";
import { checking, clear, fail, sent, stage, stopper } from "./showing.js";
import { watch } from "./watching.js";

const form = document.getElementById("check");
const drop = document.getElementById("drop");
const details = document.getElementById("details");
const note = document.getElementById("note");
const inputs = ["file", "film", "photo"].map((id) => document.getElementById(id));

let chosen = null;
let attempt = null; // { key, of }: the same things sent again carry the same key, so they are stored once

function choose(files) {
  const file = files[0];
  if (!file) return;
  clear();
  form.hidden = false;
  if (file.size === 0) {
    fail({ says: say("empty") });
    return;
  }
  if (file.type && !/^(video|image|application\/octet-stream)/.test(file.type)) {
    fail({ says: say("not_media") });
    return;
  }
  chosen = file;
  note.textContent = files.length > 1 ? say("one_file") : "";
  document.getElementById("chosen-name").textContent = file.name;
  document.getElementById("chosen-size").textContent = size(file.size);
  offerKinds(file);
  form.classList.add("has-file");
  details.hidden = false;
  form.querySelector("button[type=submit]").focus({ preventScroll: true });
}

/** Offer what fits a film or a photo; everything where the browser cannot tell which it is. */
function offerKinds(file) {
  const kind = file.type.split("/")[0];
  const labels = [...form.querySelectorAll("[data-kind]")];
  const fits = (label) => !["video", "image"].includes(kind) || label.dataset.kind === kind;
  for (const label of labels) label.hidden = !fits(label);
  const marked = labels.find((label) => label.querySelector("input").checked);
  document.getElementById("kinds").hidden = labels.filter(fits).length < 2;
  if (!fits(marked)) labels.find(fits).querySelector("input").checked = true;
}

function asked() {
  const expected = {};
  for (const name of ["tracking_number", "order_number"]) {
    const value = document.getElementById(name).value.trim();
    if (value) expected[name] = value;
  }
  return { profile: new FormData(form).get("profile"), expected };
}

async function check() {
  const file = chosen;
  const { profile, expected } = asked();
  const of = JSON.stringify([file.name, file.size, file.lastModified, profile, expected]);
  if (attempt?.of !== of) attempt = { key: freshKey(), of };

  form.hidden = true;
  const stop = new AbortController();
  const since = performance.now();
  stage("sending", "sending", "sending_note");
  stopper(() => stop.abort());
  addEventListener("beforeunload", hold);
  let stored;
  try {
    const progress = (done, total) => {
      if (done < total) sent(done, total, since);
      else stage("sending", "storing", "sending_note");
    };
    stored = await send({ file, profile, expected, key: attempt.key, progress, stop: stop.signal });
  } catch (error) {
    if (error.stopped) {
      clear();
      form.hidden = false;
    } else {
      fail(error, check);
    }
    return;
  } finally {
    removeEventListener("beforeunload", hold);
    stopper(null);
  }
  await follow(stored);
}

async function follow({ id, links }) {
  const report = `/evidence/${encodeURIComponent(id)}`;
  // From here on the address is the report's, so that a reload or a shared link leads to it.
  history.replaceState(null, "", report);
  try {
    await watch(links.events, checking());
  } catch (error) {
    fail(error, error.watching ? () => location.reload() : null);
    return;
  }
  stage("report", "opening");
  location.replace(report);
}

function hold(event) {
  event.preventDefault();
}

for (const input of inputs) {
  input.addEventListener("change", () => {
    choose(input.files);
    input.value = ""; // so that the same file can be chosen again
  });
}
document.getElementById("change").addEventListener("click", () => inputs[0].click());
for (const name of ["dragenter", "dragover"]) {
  addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.toggle("over", true);
  });
}
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (!form.hidden) choose(event.dataTransfer.files);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (chosen) check();
});
document.querySelector("#problem [data-part=other]").addEventListener("click", (event) => {
  if (location.pathname !== "/") return; // after sending, a fresh page is the clean way on
  event.preventDefault();
  clear();
  form.hidden = false;
  form.classList.remove("has-file");
  details.hidden = true;
  inputs[0].focus();
});
