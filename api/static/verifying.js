// The page that verifies a bundle: drop a zip, it is read here, and only the few small files by which others have
// signed it go to the service, which checks what a browser cannot.

import { NotABundle, examine } from "./bag.js";
import { say, size } from "./say.js";

const SHOWN = 30; // mismatches that are spelled out

const place = (id) => document.getElementById(id);
const input = place("file");
const drop = place("drop");
let running = 0;

async function begin(file) {
  if (!file) return;
  running += 1;
  const mine = running;
  show("working");
  place("chosen-name").textContent = file.name;
  try {
    const found = await examine(file, (done, total) => {
      if (mine !== running) return;
      place("bar").value = total ? done / total : 1;
      place("figures").textContent = say("amount", { done: size(done), total: size(total) });
    });
    const asked = await ask(found);
    if (mine === running) answer(found, asked);
  } catch (error) {
    if (mine !== running) return;
    verdict("unsure", error instanceof NotABundle ? say("no_bundle") : say("unreadable"));
    fill("checked", []);
    fill("open", []);
  }
}

/** What the service says of signatures and stamps; null where it was not asked, false where it did not answer. */
async function ask({ wrong, signature, signer, proofs }) {
  if (wrong.length || (signer === null && proofs.size === 1)) return null;
  const stamped = [...proofs.keys()].some((path) => path.startsWith("time/"));
  try {
    if (signature === true && !stamped) {
      // The list of the service's own keys is public: nothing has to be sent for it.
      const keys = await (await fetch("/v1/signers.pem")).text();
      return { known: keys.split("\n").includes(signer), times: [], sent: null, holds: true };
    }
    const files = Object.fromEntries([...proofs].map(([path, content]) => [path, base64(content)]));
    const bytes = [...proofs.values()].reduce((sum, content) => sum + content.length, 0);
    const reply = await fetch(`/v1/verifications?lang=${document.documentElement.lang}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ files }),
    });
    if (!reply.ok) return false;
    const told = await reply.json();
    return { known: told.known, times: told.times, sent: { count: proofs.size, bytes }, holds: told.holds };
  } catch {
    return false;
  }
}

function base64(content) {
  let letters = "";
  for (let at = 0; at < content.length; at += 0x8000) letters += String.fromCharCode(...content.subarray(at, at + 0x8000));
  return btoa(letters);
}

function answer(found, asked) {
  const { wrong, signer } = found;
  const refused = asked && (asked.holds === false || asked.times.some((time) => time.wrong));
  if (wrong.length || refused) {
    verdict("fail", wrong.length ? say("altered", { count: wrong.length }) : say("not_believed"));
    const told = wrong.slice(0, SHOWN).map((each) => say(`wrong_${each.wrong}`, { path: printable(each.path) }));
    if (wrong.length > SHOWN) told.push(say("more", { count: wrong.length - SHOWN }));
    for (const time of asked ? asked.times : []) told.push(time.text);
    fill("checked", told);
    fill("open", []);
    return;
  }
  verdict("pass", say("intact"));
  const checked = [say("here", { files: found.files, bytes: size(found.bytes) })];
  const open = [];
  if (signer === null) open.push(say("unsigned"));
  else if (found.signature === true) checked.push(say("signed_here", { key: signer }));
  else if (asked) checked.push(say("signed_there", { key: signer }));
  else open.push(say("signature_open", { key: signer }));
  if (signer !== null && (asked ? asked.known : false)) checked.push(say("known"));
  else if (signer !== null) open.push(say("stranger"));
  for (const time of asked ? asked.times : []) (time.trusted ? checked : open).push(time.text);
  if (asked && !asked.times.length) open.push(say("no_time"));
  if (asked === null) open.push(say("no_time"));
  if (asked === false) open.push(say("silent"));
  checked.push(asked?.sent ? say("sent", { count: asked.sent.count, bytes: size(asked.sent.bytes) }) : say("nothing_sent"));
  open.push(say("records"), say("truth"));
  fill("checked", checked);
  fill("open", open);
}

/** What a bundle of a stranger wrote, for a screen. */
function printable(path) {
  return path.slice(0, 200).replace(/[\p{C}]/gu, "\ufffd") || "zip";
}

function verdict(kind, title) {
  show("done");
  const card = place("done");
  card.classList.remove("pass", "fail", "unsure");
  card.classList.add(kind);
  place("verdict").textContent = title;
  card.focus();
}

function fill(id, sentences) {
  place(id).replaceChildren(
    ...sentences.map((sentence) => {
      const line = document.createElement("li");
      line.textContent = sentence;
      return line;
    }),
  );
  place(`${id}-part`).hidden = !sentences.length;
}

function show(state) {
  place("working").hidden = state !== "working";
  place("done").hidden = state !== "done";
  drop.classList.toggle("small", state !== "idle");
}

input.addEventListener("change", () => {
  begin(input.files[0]);
  input.value = "";
});
for (const type of ["dragenter", "dragover"]) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const type of ["dragleave", "drop"]) document.addEventListener(type, () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  begin(event.dataTransfer.files[0]);
});
