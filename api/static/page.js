// The first page: choose a file, send it, watch its check, open its report.

import { list } from "./listing.js";
import * as queue from "./queue.js";
import { say, size } from "./say.js";
import { checking, clear, fail, sent, stage, standstill, stopper } from "./showing.js";

const form = document.getElementById("check");
const drop = document.getElementById("drop");
const details = document.getElementById("details");
const remark = document.getElementById("note");
const inputs = ["file", "photo"].map((id) => document.getElementById(id));

let chosen = null;
let current = ""; // the film or photo whose way is shown
let since = 0;
let note = "";
let told = null;

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
  remark.textContent = files.length > 1 ? say("one_file") : "";
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
  const { profile, expected } = asked();
  form.hidden = true;
  since = performance.now();
  stage("sending", "storing", "kept_note");
  const row = await queue.take(chosen, { profile, expected });
  current = row.id;
  note = row.held ? "in_hand_note" : "kept_note";
  stopper(async () => {
    stopper(null);
    current = "";
    await queue.giveUp(row.id);
    clear();
    form.hidden = false;
  });
  redraw();
}

queue.follow(async (step) => {
  if (step.id !== current) return;
  if (step.step === "sending") sent(step.done, step.total, since, note);
  else if (step.step === "storing") stage("sending", "storing", note);
  else if (step.step === "waiting") standstill(step.fault);
  else if (step.step === "delivered") {
    stopper(null);
    // From here on the address is the report's, so that a reload or a shared link leads to it.
    history.replaceState(null, "", await address(step.id));
    told = checking();
  } else if (step.step === "checking") (told ??= checking())(step.seen);
  else if (step.step === "stopped") {
    stopper(null);
    fail(step.fault, () => retry(step.id));
  } else if (step.step === "done") {
    stage("report", "opening");
    location.replace(await address(step.id));
  }
});

async function address(id) {
  return `/evidence/${encodeURIComponent((await queue.found(id)).evidence)}`;
}

async function retry(id) {
  const row = await queue.found(id);
  clear();
  if (row) await queue.again(row);
}

let unsent = false;
queue.follow(async () => (unsent = await queue.pending().catch(() => false)));
addEventListener("beforeunload", (event) => {
  if (unsent) event.preventDefault();
});
const redraw = list(document.getElementById("films"), () => current);
queue.resume();

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
