// The film of a report: whatever in the page names a time (`data-at`, seconds) leads there, and the lanes
// below the film show where it is.

const film = document.getElementById("film");
const player = document.getElementById("player");
const lanes = document.getElementById("lanes");
const moment = document.getElementById("moment");
const speed = document.getElementById("speed");
const told = document.getElementById("told-event");
const { type, frame, length } = player.dataset;
const step = Number(frame);
const events = [...(lanes?.querySelectorAll("[data-at]") ?? [])].sort((a, b) => time(a) - time(b));

let wanted = null; // where to go once the film is there
let last = -1;

function time(one) {
  return Number(one.dataset.at);
}

function ends() {
  return Number.isFinite(film.duration) ? film.duration : Number(length);
}

/** Say once that this browser cannot play it, and offer the file. */
function refuse() {
  document.getElementById("unplayed").hidden = false;
  document.getElementById("controls").hidden = true;
  film.hidden = true;
}

function show() {
  const at = wanted ?? film.currentTime;
  if (at === last) return;
  last = at;
  const tenths = Math.round(at * 10);
  const seconds = Math.floor(tenths / 10);
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  moment.textContent = `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}.${tenths % 10}`;
  if (Number(length)) lanes?.style.setProperty("--at", Math.min(at / Number(length), 1));
}

function go(at) {
  const to = Math.max(0, Math.min(at, ends() || at));
  if (film.readyState === 0) {
    wanted = to;
    film.preload = "auto";
  } else {
    wanted = null; // of a press before the film was there; the latest one counts
    film.currentTime = to;
  }
  show();
}

/** Into the middle of the picture at that time, so that rounding shows no other one. */
function lead(at) {
  go(at + step / 2);
  const box = player.getBoundingClientRect();
  if (box.top < 0 || film.getBoundingClientRect().bottom > innerHeight) player.scrollIntoView({ block: "start" });
}

/** Go to an event of the lanes, and say below them what it is. */
function tell(event) {
  for (const each of events) each.setAttribute("tabindex", each === event ? "0" : "-1");
  const link = document.createElement("a");
  link.href = event.getAttribute("href");
  link.textContent = event.querySelector("title").textContent;
  told.replaceChildren(link);
  go(time(event) + step / 2);
}

function running() {
  show();
  if (!film.paused) requestAnimationFrame(running);
}

function toggle() {
  if (film.paused) film.play().catch(() => {});
  else film.pause();
}

if (type && film.canPlayType(type) === "") refuse();
else document.getElementById("controls").hidden = false;

film.addEventListener("error", refuse);
film.addEventListener("loadedmetadata", () => {
  if (!film.videoWidth) refuse(); // sound without a picture: the codec is unknown
  film.playbackRate = Number(speed.value);
  if (wanted !== null) film.currentTime = wanted;
  wanted = null;
});
for (const name of ["seeking", "seeked", "timeupdate", "pause"]) film.addEventListener(name, show);
film.addEventListener("play", running);
speed.addEventListener("change", () => (film.playbackRate = Number(speed.value)));
events[0]?.setAttribute("tabindex", "0");

document.addEventListener("click", (click) => {
  const button = click.target.closest("[data-step]");
  if (button) {
    film.pause();
    go((wanted ?? film.currentTime) + Number(button.dataset.step) * step);
    return;
  }
  const named = click.target.closest("[data-at]");
  if (named && lanes?.contains(named)) {
    click.preventDefault();
    tell(named);
    return;
  }
  if (named) {
    lead(time(named));
    return;
  }
  const plot = lanes && click.target.closest(".plot");
  if (plot && lanes.contains(plot)) {
    const box = plot.getBoundingClientRect();
    go(((click.clientX - box.left) / box.width) * Number(length));
  }
});

lanes?.addEventListener("keydown", (key) => {
  const here = events.indexOf(document.activeElement);
  const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key.key];
  if (here < 0 || !way) return;
  key.preventDefault();
  const next = events[here + way];
  if (!next) return;
  tell(next);
  next.focus();
});

document.addEventListener("keydown", (key) => {
  if (key.ctrlKey || key.metaKey || key.altKey || key.target.matches("input, select, textarea")) return;
  if (key.key === "k") toggle();
  else if (key.key === ",") document.querySelector("[data-step='-1']").click();
  else if (key.key === ".") document.querySelector("[data-step='1']").click();
});
