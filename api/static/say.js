// Sentences and figures for the reader; the sentences come with the page, from the one catalogue.

const words = JSON.parse(document.getElementById("words").textContent);

/** The sentence of that name with its `{values}` filled in. */
export function say(name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (all, key) => (key in values ? String(values[key]) : all));
}

/** Bytes as people count them. */
export function size(count) {
  let amount = count;
  for (const unit of ["B", "kB", "MB"]) {
    if (amount < 1000) return `${amount.toFixed(unit === "B" ? 0 : 1)} ${unit}`;
    amount /= 1000;
  }
  return `${amount.toFixed(1)} GB`;
}

/** Seconds of a film as a player shows them. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** How long the rest will take, roughly. */
export function left(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds >= 90) return say("left_minutes", { minutes: Math.round(seconds / 60) });
  return say("left_seconds", { seconds: Math.max(1, Math.round(seconds)) });
}
