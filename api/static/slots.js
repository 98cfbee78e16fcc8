// Sends the photo of a slot in parts, adds it to the case, waits for its verdict, and shows the slots anew.
// Without it each slot is a plain form, which the service answers the same way.

import { ask, Fault, freshKey } from "./asking.js";
import { digest } from "./hashing.js";
import { say, size } from "./say.js";
import { send } from "./sending.js";
import { watch } from "./watching.js";

const { shots } = document.getElementById("slots").dataset;
const roles = JSON.parse(shots);
const place = document.getElementById("slots").dataset.case;
let under_way = 0;
let drawing = Promise.resolve();

function listen() {
  for (const form of document.querySelectorAll(".take-photo")) {
    form.classList.add("at-once");
    form.elements.file.addEventListener("change", () => bring(form));
    form.addEventListener("submit", (event) => event.preventDefault());
  }
}

async function bring(form) {
  const file = form.elements.file.files[0];
  if (!file) return;
  const state = form.querySelector(".state");
  if (file.type && !file.type.startsWith("image/")) {
    state.textContent = say("no_photo");
    return;
  }
  under_way += 1;
  form.elements.file.disabled = true;
  try {
    await taken(form, file, state);
  } catch (error) {
    state.replaceChildren(Object.assign(document.createElement("span"), { className: "wrong", textContent: say("failed", { why: error.message }) }));
    form.elements.file.disabled = false;
    form.elements.file.value = "";
    form.querySelector("progress").hidden = true;
    return;
  } finally {
    under_way -= 1;
  }
  await (drawing = drawing.then(() => redraw(form.dataset.slot)));
}

async function taken(form, file, state) {
  const bar = form.querySelector("progress");
  const key = freshKey();
  bar.hidden = false;
  const evidence = await send({
    blob: file,
    metadata: {
      filename: file.name,
      profile: form.elements.profile?.value ?? "defect_photo",
      case_id: place,
      sha256: await digest(file),
    },
    key,
    announced: () => {},
    progress: (done, total) => {
      bar.value = done / total;
      state.textContent = say("sending", { done: size(done), total: size(total) });
    },
    waiting: () => (state.textContent = say("paused")),
  });
  bar.removeAttribute("value");
  state.textContent = say("checking");
  const body = { evidence_id: evidence, kind: "photo", facts: facts(form.dataset.slot) };
  await ask(`/v1/cases/${encodeURIComponent(place)}/exhibits`, { body, key: `exhibit-${key}` });
  // What cannot be checked is told by the slot itself, with the reason.
  await watch(`/v1/evidence/${encodeURIComponent(evidence)}/events`, () => {}).catch((error) => {
    if (error instanceof Fault) throw error;
  });
}

function facts(slot) {
  const [kind, name] = [slot.slice(0, 4), slot.slice(5)];
  if (kind === "shot") return roles[name] ? { shot: name, role: roles[name] } : { shot: name };
  return kind === "role" ? { role: name } : {};
}

/** Take the slots as the service shows them now, but those that are busy here. */
async function redraw(slot) {
  if (under_way) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!answer.ok) return;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("slots").replaceWith(made.getElementById("slots"));
  listen();
  const shown = document.getElementById(slot || "others");
  shown?.setAttribute("tabindex", "-1");
  shown?.focus({ preventScroll: true });
}

addEventListener("beforeunload", (event) => {
  if (under_way) event.preventDefault();
});
listen();
