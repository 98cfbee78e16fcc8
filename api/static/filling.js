// A form of the case that is opened for one field: the cursor stands in it, and what was written is not lost by leaving.

let touched = false;

const opened = () => document.querySelector("form.filling");
const named = (name) => (name ? document.getElementById(decodeURIComponent(name)) : null);

/** Put the cursor where the form was opened for, or where something is wrong in it. */
function enter(name) {
  const form = opened();
  const wanted = named(name);
  const field = form?.contains(wanted) && wanted.matches("input, select, textarea") ? wanted : null;
  (form?.querySelector("[aria-invalid]") ?? field ?? form?.querySelector("input:not([type=hidden]), select"))?.focus();
  touched = Boolean(form?.querySelector("[aria-invalid]"));
}

/** Go on where one came from, once the form is saved. */
function leave(place) {
  const at = named(place);
  at?.scrollIntoView({ block: "start" });
  at?.setAttribute("tabindex", "-1");
  at?.focus({ preventScroll: true });
}

document.addEventListener("input", (event) => (touched ||= event.target.form === opened()));
document.addEventListener("submit", () => (touched = false));
addEventListener("beforeunload", (event) => touched && event.preventDefault());
// What htmx has put in place is the whole page without its frame: after a link a form, after a form mostly none.
document.addEventListener("htmx:afterSettle", ({ detail: { requestConfig: asked } }) => {
  if (asked?.elt.matches("form.filling") && !opened()) leave(asked.elt.elements.place.value || asked.elt.dataset.place);
  else if (asked?.elt.matches("form.filling, a[hx-get]")) enter(asked.elt.hash?.slice(1));
});
if (opened()) enter(location.hash.slice(1));
