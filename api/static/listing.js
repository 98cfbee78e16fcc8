// Lists the films that this device still knows, each with how far it is and the one thing that can be done.

import * as keeping from "./keeping.js";
import { again, follow, giveUp } from "./queue.js";
import { say, size } from "./say.js";

const STATES = {
  recording: () => say("state_recording"),
  kept: () => say("state_kept"),
  cut: () => say("state_cut"),
  waiting: () => say("state_waiting"),
  sending: () => say("state_sending"),
  checking: () => say("state_checking"),
  stopped: () => say("state_stopped"),
  sound: () => say("state_sound"),
  flawed: () => say("state_flawed"),
  review: () => say("state_review"),
};
const TONES = { sound: "pass", flawed: "fail", review: "unsure", stopped: "fail" };

const live = new Map(); // id -> the last step that was heard

/** Show them in `section`, but for the one that `hidden()` names. */
export function list(section, hidden = () => "") {
  const ul = section.querySelector("ul");
  const pattern = section.querySelector("template");
  let drawing = Promise.resolve();

  async function draw() {
    const rows = (await keeping.films()).filter((row) => row.id !== hidden());
    const items = rows.map((row) => item(pattern.content.firstElementChild.cloneNode(true), row));
    ul.replaceChildren(...items);
    section.hidden = items.length === 0;
  }
  const redraw = () => (drawing = drawing.then(draw).catch(() => (section.hidden = true)));

  keeping.changed(redraw);
  follow((step) => {
    const before = live.get(step.id)?.step;
    live.set(step.id, step);
    const shown = ul.querySelector(`[data-id="${step.id}"]`);
    if (shown && before === step.step) moved(shown, step);
    else redraw();
  });
  redraw();
  return redraw;
}

function item(li, row) {
  const step = live.get(row.id);
  const state = row.verdict ?? (row.state === "kept" ? underWay(row, step) : row.state);
  li.dataset.id = row.id;
  li.className = TONES[state] ?? "";
  li.querySelector("bdi").textContent = row.waybill || row.name;
  const told = row.unattached ? say("unattached") : STATES[state]();
  const problem = row.state === "stopped" && (row.problem?.detail || row.problem?.title);
  li.querySelector(".state").textContent = [time(row.at), size(row.size), problem || told].join(" · ");
  if (state === "sending" && step) moved(li, step);
  li.querySelector(".does").replaceChildren(...actions(row));
  return li;
}

function underWay(row, step) {
  if (step && ["sending", "storing"].includes(step.step)) return "sending";
  if (step?.step === "waiting") return "waiting";
  return row.cut ? "cut" : "kept";
}

function moved(li, { done, total }) {
  const bar = li.querySelector("progress");
  bar.hidden = !total;
  bar.setAttribute("aria-label", say("state_sending"));
  if (total) bar.value = done / total;
}

function* actions(row) {
  if (row.state === "done") yield link(say("to_report"), `/evidence/${encodeURIComponent(row.evidence)}`);
  if (row.state === "stopped") {
    yield button(say("retry"), () => again(row));
    if (!row.delivered) yield button(say("save"), () => save(row));
    yield sure(row);
  }
}

function link(text, href) {
  return Object.assign(document.createElement("a"), { className: "button", textContent: text, href });
}

function button(text, onclick) {
  return Object.assign(document.createElement("button"), { type: "button", textContent: text, onclick });
}

/** Asks once more on the button itself, so that no glove removes a film by accident. */
function sure(row) {
  const made = button(say("remove"), () => {
    made.textContent = say("remove_sure");
    made.onclick = () => giveUp(row.id);
  });
  return made;
}

async function save(row) {
  const blob = await keeping.bytes(row);
  if (!blob) return;
  const address = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: address, download: row.name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

function time(at) {
  return new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}
