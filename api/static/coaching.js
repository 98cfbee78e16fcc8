// Asks for the waybill, the six sides and the opening, one after the other. A prompt is no proof: what was
// seen is said by the check; here a side is only ever "asked for".

const DWELL = 4; // seconds of a usable picture before the next thing is asked for
const FACES = ["front", "right", "back", "left", "top", "bottom"];

export function coach(prompts, cells) {
  const steps = [...prompts.querySelectorAll("[data-step]")];
  let at = -1;
  let good = 0;
  let asked = [];

  function mark(element, state) {
    if (element) element.dataset.state = state;
  }

  function show(number, seconds) {
    at = number;
    good = 0;
    for (const [n, step] of steps.entries()) {
      const state = n < at ? "asked" : n === at ? "now" : "next";
      mark(step, state);
      if (state === "now") step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
      mark(cells.querySelector(`[data-face="${step.dataset.step}"]`), state);
    }
    const face = steps[at]?.dataset.step;
    if (FACES.includes(face)) asked.push({ face, at: Math.round(seconds * 10) / 10 });
  }

  return {
    /** As before a film: everything is still to come. */
    reset() {
      asked = [];
      show(-1, 0);
    },
    begin() {
      asked = [];
      show(0, 0);
    },
    /** Ask for the next thing. */
    next(seconds) {
      if (at >= 0 && at < steps.length - 1) show(at + 1, seconds);
    },
    /** A look at the picture: time counts only while it is usable. */
    look(trouble, seconds, since) {
      if (at < 0 || at >= steps.length - 1) return;
      if (!trouble) good += since;
      if (good >= DWELL) show(at + 1, seconds);
    },
    /** Whether there is something after what is asked for now. */
    get more() {
      return at >= 0 && at < steps.length - 1;
    },
    /** Which sides were asked for and when, in seconds, for `expect`. */
    get asked() {
      return asked;
    },
  };
}
