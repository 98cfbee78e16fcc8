// A form that was opened for one field: the cursor stands in it, and what was written is not lost by leaving.

const form = document.querySelector("form.filling");
const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
const field = form?.contains(at) && at.matches("input, select, textarea") ? at : form?.querySelector("[aria-invalid]");
field?.focus();

let touched = false;
form?.addEventListener("input", () => (touched = true));
form?.addEventListener("submit", () => (touched = false));
addEventListener("beforeunload", (event) => {
  if (touched) event.preventDefault();
});
