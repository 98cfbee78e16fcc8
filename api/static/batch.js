// Checks many files: a few at a time on their way, a line for each, matched to cases by the waybill that was read.

import { ask, freshKey, LOST } from "./asking.js";
import { digest } from "./hashing.js";
import { pause } from "./pausing.js";
import { recalled, remember } from "./remembering.js";
import { say } from "./say.js";
import { send } from "./sending.js";
import { watch } from "./watching.js";

const AT_ONCE = 2; // on their way at a time; the service checks as many as it has processors for
const MOST = 1000;
const NAMES = /\.(mov|mp4|m4v|webm|mkv|3gp|heic|heif|jpe?g|png|webp)$/i;
const TONES = { sound: "pass", flawed: "fail", review: "unsure", refused: "fail" };

const [ul, sum, note] = ["batch-list", "sum", "note"].map((id) => document.getElementById(id));
const [attach, download, anew] = ["attach", "download", "anew"].map((id) => document.getElementById(id));
const pattern = document.getElementById("row");
const rows = [];
const cases = new Map(); // waybill -> promise of its case, or null
let going = 0;

function take(files) {
  const media = [...files].filter((file) => file.size && (/^(video|image)\//.test(file.type) || NAMES.test(file.name)));
  const known = media.map((file) => rows.find((row) => row.name === named(file) && row.size === file.size && row.modified === file.lastModified));
  for (const [at, row] of known.entries()) if (row && wanting(row)) row.file = media[at];
  const fresh = media.filter((_, at) => !known[at]);
  const taken = fresh.slice(0, MOST - rows.length);
  note.textContent = [
    files.length > media.length && say("left_out", { count: files.length - media.length }),
    fresh.length > taken.length && say("most", { most: MOST }),
  ].filter(Boolean).join(" ");
  for (const file of taken) {
    rows.push({ file, name: named(file), size: file.size, modified: file.lastModified, outcome: "", codes: [], case: null, wrong: "", key: freshKey() });
  }
  begin();
}

const named = (file) => file.webkitRelativePath || file.name;

/** Lines that were sent, or whose file is here, go on. */
function begin() {
  for (const row of rows) row.li ??= line(row);
  sum.hidden = rows.length === 0 && !note.textContent;
  told();
  while (going < AT_ONCE && rows.some(ready)) run();
}

const ready = (row) => !row.outcome && !row.taken && (row.file || row.evidence);
const wanting = (row) => !row.outcome && !row.file && !row.evidence;

function line(row) {
  const li = pattern.content.firstElementChild.cloneNode(true);
  li.querySelector("bdi").textContent = row.name;
  li.querySelector(".state").textContent = say("waits");
  li.querySelector("progress").setAttribute("aria-label", row.name);
  ul.append(li);
  return li;
}

async function run() {
  going += 1;
  for (let row = rows.find(ready); row; row = rows.find(ready)) {
    row.taken = true;
    await check(row).catch((error) => {
      Object.assign(row, { outcome: "refused", wrong: error.problem?.detail || error.message });
    });
    show(row);
    row.file = null; // a folder of films is not to be held in memory
    told();
  }
  going -= 1;
}

async function check(row) {
  const [state, bar] = [row.li.querySelector(".state"), row.li.querySelector("progress")];
  if (!row.evidence) {
    row.evidence = await send({
      blob: row.file,
      metadata: { filename: row.file.name, sha256: await digest(row.file) },
      key: row.key,
      announced: () => {},
      progress: (done, total) => {
        bar.value = done / total;
        state.textContent = say("sending");
      },
      waiting: () => (state.textContent = say("paused")),
    });
    remember(rows);
  }
  bar.removeAttribute("value");
  state.textContent = say("checking");
  const place = `/v1/evidence/${encodeURIComponent(row.evidence)}`;
  await again(() => watch(`${place}/events`, () => {}));
  const report = await again(() => ask(`${place}/report`));
  row.outcome = report.verdict;
  const found = report.answers.flatMap((answer) => answer.findings).filter((finding) => finding.code === "label.code");
  row.codes = [...new Set(found.map((finding) => finding.measures.find((one) => one.name === "value")?.value).filter(Boolean).map(String))];
  for (const code of row.codes) row.case ??= await again(() => caseOf(code));
}

/** Ask once more where the line was lost; what the service refuses is refused. */
async function again(act) {
  for (let failed = 0; ; failed += 1) {
    try {
      return await act();
    } catch (error) {
      const lost = error.watching || error.passing || error.status === LOST;
      if (!lost || failed > 20) throw error;
      await pause(failed);
    }
  }
}

function caseOf(code) {
  if (!cases.has(code)) {
    const found = ask(`/v1/cases?limit=1&tracking_number=${encodeURIComponent(code)}`).then((told) => told.items[0] ?? null);
    found.catch(() => cases.delete(code));
    cases.set(code, found);
  }
  return cases.get(code);
}

function show(row) {
  const { li } = row;
  li.className = TONES[row.outcome] ?? "";
  li.querySelector("progress").hidden = true;
  li.querySelector(".state").textContent = say(row.outcome);
  const read = row.codes.length ? say("waybill", { code: row.codes.join(", ") }) : say("no_waybill");
  const match = row.case ? say("matched", { name: row.case.order_number || row.case.id }) : row.codes.length ? say("unmatched") : "";
  li.querySelector(".read").textContent = row.wrong || [read, row.attached ? say("attached") : match].filter(Boolean).join(" ");
  const links = [];
  if (row.evidence) links.push(link(say("report"), `/evidence/${encodeURIComponent(row.evidence)}`));
  if (row.case) links.push(link(say("case"), `/cases/${encodeURIComponent(row.case.id)}`));
  li.querySelector(".does").replaceChildren(...links);
}

function link(textContent, href) {
  return Object.assign(document.createElement("a"), { className: "button", textContent, href });
}

function told() {
  const count = (outcome) => rows.filter((row) => row.outcome === outcome).length;
  const done = rows.filter((row) => row.outcome).length;
  const values = Object.fromEntries(["sound", "flawed", "review", "refused"].map((name) => [name, count(name)]));
  document.getElementById("summary").textContent = say("summary", { done, total: rows.length, ...values });
  document.getElementById("whole").value = rows.length ? done / rows.length : 0;
  const gone = rows.filter(wanting);
  for (const { li } of gone) li.querySelector(".state").textContent = say("wanting");
  if (gone.length) note.textContent = say("again", { count: gone.length });
  remember(rows);
  attach.disabled = done < rows.length || !rows.some(attachable);
  download.disabled = done === 0;
}

const attachable = (row) => row.case && row.evidence && !row.attached;

async function attachAll() {
  attach.disabled = true;
  let count = 0;
  for (const row of rows.filter(attachable)) {
    const body = { evidence_id: row.evidence };
    try {
      await again(() => ask(`/v1/cases/${encodeURIComponent(row.case.id)}/exhibits`, { body, key: `exhibit-${row.key}` }));
      row.attached = true;
      count += 1;
    } catch (error) {
      row.wrong = error.message;
    }
    show(row);
  }
  note.textContent = say("attaching", { count });
  told();
}

function save() {
  const head = ["file", "verdict", "waybill", "case", "report", "wrong"].map((name) => say(`head_${name}`));
  const lines = rows.map((row) => [
    row.name,
    row.outcome,
    row.codes.join(" "),
    row.case?.id ?? "",
    row.evidence ? `${location.origin}/evidence/${row.evidence}` : "",
    row.wrong,
  ]);
  const text = [head, ...lines].map((cells) => cells.map(cell).join(",")).join("\r\n");
  const address = URL.createObjectURL(new Blob([`\ufeff${text}\r\n`], { type: "text/csv" }));
  Object.assign(document.createElement("a"), { href: address, download: "sixface-batch.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

/** As a spreadsheet takes it: quoted, and never a formula. */
function cell(value) {
  const calm = /^[=+\-@\t\r\n＝＋－＠]/.test(value) && !/^[+-]?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(calm) ? `"${calm.replaceAll('"', '""')}"` : calm;
}

for (const id of ["files", "folder"]) {
  const input = document.getElementById(id);
  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
}
for (const row of recalled()) {
  rows.push({ ...row, file: null, taken: false });
  row.outcome && show(Object.assign(rows.at(-1), { li: line(row) }));
}
if (rows.length) begin();
anew.addEventListener("click", () => {
  remember([]);
  location.reload();
});
attach.addEventListener("click", attachAll);
download.addEventListener("click", save);
for (const name of ["dragover", "drop"]) {
  addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (name === "drop") take([...event.dataTransfer.files]);
  });
}
addEventListener("beforeunload", (event) => {
  if (going) event.preventDefault();
});
