// Makes the cases of a table part by part, with progress; a lost connection is waited out, and no row is made twice.

import { Fault, LOST, parsed } from "./asking.js";
import { pause } from "./pausing.js";
import { say } from "./say.js";

const PART = 100;

const form = document.getElementById("make");
const bar = form.querySelector("progress");
const state = form.querySelector(".state");
const see = document.getElementById("see");
let busy = false;

form.addEventListener("submit", async (event) => {
  if (event.submitter === see) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  form.querySelector("button").disabled = true;
  bar.hidden = false;
  try {
    await all(new FormData(form).get("table"), form.elements.ruleset.value);
  } catch (error) {
    state.textContent = say("failed", { why: error.message });
    form.querySelector("button").disabled = false;
  }
  busy = false;
});

async function all(table, ruleset) {
  const counts = { made: 0, there: 0, wrong: 0 };
  for (let after = 0; after !== undefined; ) {
    const told = await part(table, ruleset, after);
    for (const row of told.rows) counts[row.outcome in counts ? row.outcome : "wrong"] += 1;
    after = told.next;
    bar.value = after ?? told.total;
    bar.max = told.total;
    state.textContent = say("making", { done: after ?? told.total, total: told.total });
  }
  state.textContent = say("made", counts);
  see.hidden = false;
}

async function part(table, ruleset, after) {
  const query = new URLSearchParams({ after, limit: PART, ruleset });
  const headers = { "Content-Type": "text/csv", "Accept-Language": document.documentElement.lang };
  for (let failed = 0; ; failed += 1) {
    try {
      const answer = await fetch(`/v1/imports?${query}`, { method: "POST", headers, body: table }).catch(() => {
        throw new Fault(LOST);
      });
      const told = parsed(await answer.text());
      if (!answer.ok) throw new Fault(answer.status, told ?? {});
      return told;
    } catch (error) {
      if (!(error instanceof Fault) || !error.passing) throw error;
      state.textContent = say("paused");
      await pause(failed);
    }
  }
}

addEventListener("beforeunload", (event) => {
  if (busy) event.preventDefault();
});
