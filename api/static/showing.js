// Puts what happens on the page: the stages, the bar, and a problem in one sentence.

import { clock, left, say, size } from "./say.js";
import { LOST } from "./asking.js";

const part = (section, name) => section.querySelector(`[data-part="${name}"]`);
const panel = document.getElementById("progress");
const trouble = document.getElementById("problem");
const STAGES = ["sending", "checking", "report"];

/** Show the progress panel at one of the stages. */
export function stage(name, title, note = "") {
  panel.dataset.at = title;
  trouble.hidden = true;
  panel.hidden = false;
  for (const item of panel.querySelectorAll("[data-stage]")) {
    const order = STAGES.indexOf(item.dataset.stage) - STAGES.indexOf(name);
    item.toggleAttribute("data-done", order < 0);
    if (order === 0) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
  part(panel, "title").textContent = say(title);
  part(panel, "note").textContent = note && say(note);
  part(panel, "figures").textContent = "";
  part(panel, "left").textContent = "";
  bar(null);
}

/** The button that stops sending; null hides it. */
export function stopper(act) {
  const button = part(panel, "cancel");
  button.hidden = act === null;
  button.onclick = act;
}

/** A pause, because the network or the service is away; it goes on by itself. */
export function standstill({ status }) {
  part(panel, "title").textContent = say("paused");
  part(panel, "note").textContent = status === LOST ? say("offline") : say("delayed");
  part(panel, "left").textContent = "";
  delete panel.dataset.at;
}

/** How much of the file has left this machine; `note` is said when that begins. */
export function sent(done, total, since, note) {
  if (panel.dataset.at !== "sending") stage("sending", "sending", note);
  bar(done / total);
  part(panel, "figures").textContent = say("amount", { done: size(done), total: size(total) });
  const seconds = (performance.now() - since) / 1000;
  part(panel, "left").textContent = seconds > 2 ? left(((total - done) * seconds) / done) : "";
}

/** The panel of a check; returns what is to be told of each step. */
export function checking() {
  let begun = false;
  stage("checking", "waiting", "checking_note");
  return (progress) => {
    if (progress.state === "received") return;
    if (!begun) stage("checking", "checking", "checking_note");
    begun = true;
    seen(progress);
  };
}

/** How far the check is: a share of the film where its length is known, and the time seen. */
function seen({ share, at }) {
  bar(share ?? null);
  const percent = typeof share === "number" ? `${Math.round(share * 100)} %` : "";
  part(panel, "figures").textContent = typeof at === "number" && at > 0 ? say("seen", { at: clock(at) }) : "";
  part(panel, "left").textContent = percent;
}

/** One sentence, what to do about it, and a way on. */
export function fail(error, again = null) {
  const [says, advice] = explained(error);
  panel.hidden = true;
  trouble.hidden = false;
  part(trouble, "says").textContent = says;
  part(trouble, "advice").textContent = advice;
  const button = part(trouble, "again");
  button.hidden = again === null || !passing(error);
  button.onclick = again;
  trouble.focus();
}

/** Whether sending the same once more can help: a file that was refused stays refused. */
function passing({ status = 0, says = "", problem = {} }) {
  if (problem.code === "other_bytes") return true;
  return !says && (status === LOST || status === 408 || status === 429 || status >= 500);
}

export function clear() {
  delete panel.dataset.at;
  panel.hidden = true;
  trouble.hidden = true;
}

function bar(share) {
  const element = part(panel, "bar");
  if (share === null) element.removeAttribute("value");
  else element.value = Math.min(1, Math.max(0, share));
}

function explained({ status, problem = {}, watching = false, says = "" }) {
  if (says) return [says, say("empty_advice")];
  if (problem.code === "not_here") return [say("not_here"), say("not_here_advice")];
  if (problem.code === "other_bytes") return [say("other_bytes"), say("other_bytes_advice")];
  if (problem.code === "empty") return [say("empty"), say("empty_advice")];
  if (watching) return [say("watch_lost"), say("watch_lost_advice")];
  if (status === LOST) return [say("cut_off"), say("cut_off_advice")];
  const told = problem.detail || problem.title;
  switch (true) {
    case status === 413:
      return [told || say("refused"), say("large_advice")];
    case status === 429 || status === 503:
      return [told || say("broken"), say("busy_advice")];
    case status === 507:
      return [told || say("broken"), say("full_advice")];
    case Boolean(told): // the service says what to do in the same sentence
      return [told, ""];
    case status === 401 || status === 403:
      return [say("refused"), say("denied_advice")];
    case status >= 500:
      return [say("broken"), say("broken_advice")];
    default:
      return [say("refused"), say("refused_advice")];
  }
}
