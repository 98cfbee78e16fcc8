// A report that is not ready yet: watch its check, then show it.

import { checking, fail, stage } from "./showing.js";
import { watch } from "./watching.js";

const { events } = document.querySelector("main").dataset;

try {
  await watch(events, checking());
  stage("report", "opening");
  location.reload();
} catch (error) {
  fail(error, error.watching ? () => location.reload() : null);
}
