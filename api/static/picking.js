// Shortens the list of platforms while somebody writes; without it the form asks the service.

const form = document.getElementById("picking");
const items = [...document.querySelectorAll("#platforms li")];
const nothing = document.getElementById("nothing");

form.q.addEventListener("input", () => {
  const parts = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of items) item.hidden = !parts.every((part) => item.dataset.also.includes(part));
  nothing.hidden = items.some((item) => !item.hidden);
});
form.addEventListener("submit", (event) => {
  const left = items.filter((item) => !item.hidden);
  if (left.length !== 1) return;
  event.preventDefault();
  location.assign(left[0].querySelector("a").href);
});
