// The camera screen: preview, coach, recording, and the questions around them.

import * as camera from "./camera.js";
import { coach } from "./coaching.js";
import { framer } from "./framing.js";
import * as keeping from "./keeping.js";
import { looker, WIDE } from "./looking.js";
import { record } from "./recording.js";
import { clock, say } from "./say.js";
import { legible, reader } from "./scanning.js";

const $ = (id) => document.getElementById(id);
const TICK = 250; // ms
const STILL = 1.5; // mean change in grey levels below which nothing happens in the picture
const ANSWER = 60; // seconds to answer whether it still goes on
const SCARCE = 300e6; // bytes; some minutes of film
const HINTS = {
  dark: () => say("dark"),
  bright: () => say("bright"),
  fast: () => say("fast"),
  blurred: () => say("blurred"),
  frame: () => say("frame"),
};

/** `show(screen)` turns to another screen, `recorded(row)` takes a film over. */
export function filming({ show, recorded }) {
  const main = $("film");
  const video = $("preview");
  const guide = coach($("prompts"), $("cells"));
  const frame = framer();
  let about = null; // { waybill, ruleset, cap() }
  let stream = null;
  let recording = null;
  let busy = false; // between a press and its effect
  let detector = null;
  let ends = [];
  let active = 0; // when something happened last
  let number = ""; // what is legible on the waybill
  let aside = ""; // a remark that gives way to every hint

  async function open(wanted) {
    about = wanted;
    await use(localStorage.getItem("camera") ?? "");
    show("camera");
    $("chip").textContent = about.waybill;
    guide.reset();
    number = aside = "";
    hint(null);
    if ((await keeping.room()) < SCARCE) remark(say("scarce"));
    keeping.stay();
    detector = await reader();
    $("record").focus();
  }

  async function use(id) {
    const opened = await camera.open(id);
    release();
    stream = opened;
    video.srcObject = stream;
    ends = [looker(video, looked, TICK), camera.stayAwake()];
    stream.getVideoTracks()[0].addEventListener("ended", gone);
    const own = stream.getVideoTracks()[0].getSettings().deviceId;
    const all = await camera.cameras();
    $("camera").replaceChildren(...all.map((one, n) => new Option(one.label || String(n + 1), one.id, false, one.id === own)));
    $("camera").hidden = all.length < 2;
    $("lamp").hidden = !camera.hasLamp(stream);
    $("lamp").setAttribute("aria-pressed", "false");
  }

  function release() {
    for (const end of ends) end();
    ends = [];
    camera.close(stream);
    stream = video.srcObject = null;
  }

  function leave() {
    release();
    show("waybill");
  }

  function remark(text) {
    aside = text;
    if (main.dataset.screen === "camera") hint(null);
  }

  function hint(trouble) {
    const read = number && (number === about.waybill ? say("label_read", { number }) : say("label_other", { number }));
    const text = trouble ? HINTS[trouble]() : read || aside;
    $("hint").className = `hint ${trouble || (number && number !== about.waybill) ? "unsure" : number ? "pass" : ""}`;
    if ($("hint").textContent !== text) $("hint").textContent = text;
  }

  /** A look at the picture, four times a second. */
  function looked(light, { change }, pixels) {
    // Once it is opened, a carton may be put aside.
    const left = recording && guide.more && frame.look(pixels, WIDE);
    const trouble = light ?? (left ? "frame" : null);
    hint(trouble);
    if (change > STILL) active = performance.now();
    if (!recording) return;
    const seconds = recording.seconds();
    guide.look(trouble, seconds, TICK / 1000);
    $("skip").hidden = !guide.more;
    tell(seconds);
    if (performance.now() - active > Number(main.dataset.idle) * 1000) idle();
    if (detector && !number && Math.floor(seconds * 4) % 4 === 0) {
      legible(detector, video).then(([found]) => (number = found ?? number));
    }
  }

  function tell(seconds) {
    $("elapsed").textContent = clock(seconds);
    const left = Math.ceil(about.cap().seconds - seconds);
    if (!Number.isFinite(left)) return;
    $("cap").textContent = left >= 0 ? say("left", { seconds: left }) : say("over_cap", { seconds: -left });
    $("timer").classList.toggle("late", left <= 10);
  }

  async function begin() {
    active = performance.now();
    const { waybill, ruleset, cap } = about;
    const given = { waybill, ruleset, cased: true, expected: { tracking_number: waybill } };
    recording = await record(stream, given, {
      most: cap().most,
      lost: () => remark(say("in_hand")),
      ended: () => recording && !busy && end(),
    });
    guide.begin();
    frame.again();
    number = aside = "";
    pressed(true);
    if (screen.orientation?.lock) screen.orientation.lock(screen.orientation.type).catch(() => {});
    screen.orientation?.addEventListener?.("change", turned);
  }

  async function end() {
    const made = recording;
    recording = null;
    const prompts = guide.asked;
    pressed(false);
    const { waybill: tracking_number } = about;
    const row = await made.stop({ expected: { tracking_number, ...(prompts.length ? { prompts } : {}) } });
    release();
    recorded(row);
  }

  async function discard() {
    const texts = { title: say("discard"), why: say("discard_why"), no: say("discard_no"), yes: say("discard_yes") };
    if (!(await asked(texts, "no"))) return;
    const made = recording;
    if (!made) return;
    recording = null;
    pressed(false);
    guide.reset();
    await made.cancel();
  }

  function pressed(on) {
    $("record").classList.toggle("on", on);
    $("record-word").textContent = on ? say("stop") : say("record");
    $("timer").hidden = !on;
    $("timer").classList.remove("late");
    $("cap").textContent = "";
    for (const id of ["back", "camera"]) $(id).disabled = on;
    $("skip").hidden = !on;
    if (!on) screen.orientation?.removeEventListener?.("change", turned);
  }

  async function press() {
    if (busy || !stream) return;
    busy = true;
    try {
      await (recording ? end() : begin());
    } finally {
      busy = false;
    }
  }

  async function idle() {
    if ($("asking").open) return;
    active = performance.now();
    navigator.vibrate?.([200, 100, 200]);
    const texts = { title: say("idle"), why: say("idle_why"), no: say("idle_no"), yes: say("idle_yes") };
    const goes = await asked(texts, "yes", Math.min(ANSWER, Number(main.dataset.idle)));
    active = performance.now();
    if (!goes && recording) await press();
  }

  function turned() {
    remark(say("turned"));
  }

  /** The camera was pulled out or taken by another program. */
  async function gone() {
    if (recording) await press();
    else if (main.dataset.screen === "camera") leave();
    $("notice").textContent = say("camera_gone");
    $("notice").hidden = false;
  }

  $("record").addEventListener("click", press);
  $("back").addEventListener("click", leave);
  $("skip").addEventListener("click", () => recording && guide.next(recording.seconds()));
  $("lamp").addEventListener("click", async () => {
    const on = $("lamp").getAttribute("aria-pressed") !== "true";
    await camera.light(stream, on).catch(() => {});
    $("lamp").setAttribute("aria-pressed", String(on));
  });
  $("camera").addEventListener("change", async ({ target }) => {
    localStorage.setItem("camera", target.value);
    await use(target.value).catch(leave);
  });
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (active = performance.now()));
  addEventListener("keydown", (event) => {
    if (main.dataset.screen !== "camera" || $("asking").open) return;
    const typed = event.target.closest("button, select, input, a");
    if (event.key === "Escape") recording ? discard() : leave();
    else if (event.key === "ArrowRight" && recording && !event.target.closest("select")) guide.next(recording.seconds());
    else if ([" ", "Enter"].includes(event.key) && !typed && !event.repeat) press();
    else return;
    event.preventDefault();
  });

  return { open, remark, busy: () => Boolean(recording) };
}

/** Ask; resolves to whether the answer was yes. Without one in `seconds` it is no; `safe` stands out. */
function asked({ title, why, no, yes }, safe, seconds = Infinity) {
  const dialog = $("asking");
  const texts = { "asking-title": title, "asking-why": why, "asking-no": no, "asking-yes": yes };
  for (const [id, text] of Object.entries(texts)) $(id).textContent = text;
  for (const id of ["no", "yes"]) $(`asking-${id}`).classList.toggle("primary", id === safe);
  dialog.returnValue = "";
  dialog.showModal();
  const timer = Number.isFinite(seconds) && setTimeout(() => dialog.close("no"), seconds * 1000);
  return new Promise((resolve) => {
    dialog.addEventListener("close", function closed() {
      if (dialog.open) return; // told late of the question before
      dialog.removeEventListener("close", closed);
      clearTimeout(timer);
      resolve(dialog.returnValue === "yes");
    });
  });
}
