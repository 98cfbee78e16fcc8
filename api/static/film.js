// The station: from waybill to verdict, one screen at a time. What each screen does lies in its own module.

import { ask } from "./asking.js";
import * as camera from "./camera.js";
import { filming } from "./filming.js";
import { list } from "./listing.js";
import * as queue from "./queue.js";
import { say } from "./say.js";
import * as scanning from "./scanning.js";
import { checking, clear, fail, sent, stage, standstill } from "./showing.js";
import { stay } from "./staying.js";

const $ = (id) => document.getElementById(id);
const main = $("film");
const SIGNS = { sound: ["pass", "✓"], flawed: ["fail", "✗"], review: ["unsure", "?"] };

let waybill = "";
let current = ""; // the film whose way is shown
let since = 0;
let told = null;

const redraw = list($("films"), () => (main.dataset.screen === "waybill" ? "" : current));
const studio = filming({
  show,
  recorded(row) {
    accompany(row);
    queue.run(row.id);
  },
});

function show(screen) {
  main.dataset.screen = screen;
  for (const section of main.querySelectorAll(".screen")) section.hidden = section.dataset.name !== screen;
  document.body.classList.toggle("at-camera", screen === "camera");
  if (screen !== "camera") scrollTo(0, 0);
  if (screen === "waybill") {
    $("waybill").value = "";
    remark($("waybill-note").dataset.idleText);
    $("waybill").focus();
    redraw();
  }
}

function remark(text, wrong = false) {
  $("waybill-note").textContent = text;
  $("waybill-note").classList.toggle("wrong", wrong);
}

function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

// 1. The waybill

async function chosen(number) {
  const tidy = scanning.tidied(number);
  $("waybill").setAttribute("aria-invalid", String(!tidy));
  if (!tidy) {
    remark(say("not_a_waybill"), true);
    $("waybill").select();
    return;
  }
  waybill = tidy;
  for (const place of main.querySelectorAll(".of")) place.textContent = tidy;
  await toCamera();
}

async function toCamera() {
  notice("");
  if (!camera.able()) {
    notice(say("no_camera"));
    $("options").open = true;
    return;
  }
  try {
    await studio.open({ waybill, ruleset: ruleset(), cap });
  } catch (error) {
    const denied = ["NotAllowedError", "SecurityError"].includes(error.name);
    notice(denied ? say("camera_denied") : say("camera_failed"));
    $("options").open = true;
    return;
  }
  // Which case it is for is only told; it is found or made when the film is sent, also after a lost network.
  queue.casesOf(waybill).then(
    (found) => studio.remark(found.length ? say("case_found") : say("case_new")),
    () => studio.remark(say("case_later")),
  );
}

async function scan() {
  const detector = camera.able() ? await scanning.reader() : null;
  if (!detector) {
    $("label-photo").click(); // this browser reads no codes: the service does, from a photo
    return;
  }
  let stream;
  try {
    stream = await camera.open();
  } catch {
    $("label-photo").click();
    return;
  }
  const [dialog, view] = [$("scanner"), $("scanner-view")];
  view.srcObject = stream;
  dialog.showModal();
  let number = "";
  const end = scanning.scan(detector, view, (found) => {
    number = found;
    dialog.close();
  });
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  end();
  view.srcObject = null;
  camera.close(stream);
  if (number) {
    $("waybill").value = number;
    await chosen(number);
  }
}

async function photographed(file) {
  if (!file) return;
  remark(say("reading_photo"));
  try {
    const [number] = await scanning.readPhoto(file);
    if (!number) return remark(say("photo_unread"), true);
    $("waybill").value = number;
    await chosen(number);
  } catch {
    remark(say("photo_lost"), true);
  }
}

// The platform: what a new case is opened for, and how long its films may be.

// What was told last counts until the service answers: a scanner is faster, and the network may be away.
let platforms = JSON.parse(localStorage.getItem("platforms") ?? "[]");

function ruleset() {
  return localStorage.getItem("ruleset") ?? "tmall";
}

/** The tightest limit on films of that platform. */
function cap() {
  const packets = platforms.find((one) => one.name === ruleset())?.packet ?? [];
  const seconds = Math.min(...packets.map((one) => one.seconds ?? Infinity));
  const bytes = Math.min(...packets.map((one) => (one.seconds && one.file_bytes) || Infinity));
  return { seconds, most: Number.isFinite(bytes) ? (bytes * 8 * 0.9) / seconds : Infinity };
}

async function offerPlatforms() {
  fillPlatforms();
  const told = await ask("/v1/rulesets?brief=true").catch(() => null);
  if (!told) return;
  platforms = told.items.filter((one) => one.title);
  localStorage.setItem("platforms", JSON.stringify(platforms));
  fillPlatforms();
}

function fillPlatforms() {
  const { lang } = document.documentElement;
  const options = platforms.map((one) => new Option(one.title[lang] ?? one.title[lang.slice(0, 2)] ?? one.title.en, one.name));
  $("ruleset").replaceChildren(...options);
  if (platforms.some((one) => one.name === ruleset())) $("ruleset").value = ruleset();
  const { seconds } = cap();
  const platform = $("ruleset").selectedOptions[0]?.text ?? "";
  $("cap-note").textContent = Number.isFinite(seconds) ? say("cap", { platform, seconds }) : "";
}

function platformChosen() {
  localStorage.setItem("ruleset", $("ruleset").value);
  fillPlatforms();
}

// 3. and 4. Sending, and the verdict

function accompany(row) {
  current = row.id;
  told = null;
  since = performance.now();
  clear();
  show("sending");
  stage("sending", "storing", row.held ? "in_hand_note" : "kept_note");
}

queue.follow((step) => {
  if (step.id !== current || main.dataset.screen !== "sending") return;
  if (step.step === "sending") sent(step.done, step.total, since, "kept_note");
  else if (step.step === "waiting") {
    since = performance.now();
    standstill(step.fault);
  } else if (step.step === "storing") stage("sending", "storing", "kept_note");
  else if (step.step === "delivered") told = checking();
  else if (step.step === "checking") (told ??= checking())(step.seen);
  else if (step.step === "stopped") fail(step.fault, () => retry(step.id));
  else if (step.step === "done") verdict(step.reading, step.id);
});

async function retry(id) {
  const row = await queue.found(id);
  if (!row) return;
  accompany(row);
  queue.again(row);
}

async function verdict({ verdict: word, word: said, lead, steps }, id) {
  const [tone, sign] = SIGNS[word];
  $("verdict").className = `verdict ${tone}`;
  $("verdict-sign").textContent = sign;
  $("verdict-word").textContent = said;
  $("verdict-why").textContent = lead.join(" ");
  $("verdict-next").textContent = steps[0] ? steps[0].does : "";
  $("verdict-report").href = `/evidence/${encodeURIComponent((await queue.found(id)).evidence)}`;
  const section = $("verdict").closest("section");
  section.querySelector(".again").classList.toggle("primary", word !== "sound");
  section.querySelector(".onward").classList.toggle("primary", word === "sound");
  show("verdict");
  $("verdict").focus();
  navigator.vibrate?.(word === "sound" ? 80 : [80, 80, 80]);
}

// What is pressed

$("waybill-form").addEventListener("submit", (event) => {
  event.preventDefault();
  chosen($("waybill").value);
});
$("scan").addEventListener("click", scan);
$("label-photo").addEventListener("change", ({ target }) => {
  photographed(target.files[0]);
  target.value = "";
});
$("ruleset").addEventListener("change", platformChosen);
$("pick-button").addEventListener("click", () => $("pick").click());
$("pick").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  const number = scanning.tidied($("waybill").value);
  if (file) {
    const expected = number ? { tracking_number: number } : {};
    accompany(await queue.take(file, { waybill: number, cased: Boolean(number), ruleset: ruleset(), expected }));
  }
  target.value = "";
});
for (const button of main.querySelectorAll(".again")) button.addEventListener("click", toCamera);
for (const button of main.querySelectorAll(".onward")) button.addEventListener("click", () => show("waybill"));
// A page that is left loses nothing that is kept; still, who films or sends is asked.
let unsent = false;
const count = async () => (unsent = await queue.pending().catch(() => false));
queue.follow(count);
addEventListener("beforeunload", (event) => {
  if (studio.busy() || unsent) event.preventDefault();
});

offerPlatforms();
count();
queue.resume();
stay();
const asked = new URLSearchParams(location.search).get("waybill");
if (asked) $("waybill").value = asked;
$("waybill").focus();
