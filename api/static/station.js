// The station clock: a fresh signed code each second, and never an old one.
//
// A code is taken away 1.5 s after it was issued at the latest, counted from before it was asked
// for: the check that reads films relies on that.

const KEPT = 1500;
const QUIET = 4;
const SVG = "http://www.w3.org/2000/svg";

const { name } = document.querySelector("main").dataset;
const place = document.getElementById("code");
const time = document.getElementById("time");
const trouble = document.getElementById("trouble");
const lang = document.documentElement.lang;
let stale = 0;

function draw(rows) {
  const side = rows.length + 2 * QUIET;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(SVG, "path");
  const runs = rows.flatMap((row, y) =>
    [...row.matchAll(/1+/g)].map((run) => `M${run.index + QUIET} ${y + QUIET}h${run[0].length}v1h-${run[0].length}z`),
  );
  path.setAttribute("d", runs.join(""));
  svg.append(path);
  place.replaceChildren(svg);
}

function clear() {
  place.replaceChildren();
  time.textContent = "";
  trouble.hidden = false;
}

async function tick() {
  const asked = performance.now();
  let wait = 1000;
  try {
    const answer = await fetch(`/v1/station/code?name=${encodeURIComponent(name)}`, {
      cache: "no-store",
      signal: AbortSignal.timeout(KEPT),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const code = await answer.json();
    const left = KEPT - code.age * 1000 - (performance.now() - asked);
    wait = 1000 - code.age * 1000 + 5;
    if (left > 0) {
      clearTimeout(stale);
      draw(code.rows);
      time.textContent = new Date(code.at).toLocaleString(lang, { dateStyle: "medium", timeStyle: "medium" });
      time.dateTime = code.at;
      trouble.hidden = true;
      stale = setTimeout(clear, left);
    }
  } catch {
    trouble.hidden = false;
  }
  setTimeout(tick, Math.max(50, wait));
}

// A screen that goes dark shows no code; not every browser can be asked to keep it on.
async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // The page works as well on a screen that is set to stay on.
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") stayAwake();
});
stayAwake();
tick();
