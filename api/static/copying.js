// Buttons that copy: the text of the element that `data-copy` names goes to the clipboard, and they say so.
// They are hidden where the page runs without scripts, since then whoever wants the text marks it.

/** @param {HTMLElement} from */
async function copy(from) {
  const text = from instanceof HTMLInputElement ? from.value : from.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without TLS there is no clipboard: the text is marked, and one key copies it.
    if (from instanceof HTMLInputElement) from.select();
    else getSelection()?.selectAllChildren(from);
    return false;
  }
}

function show() {
  for (const button of document.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copy]");
  const from = button && document.getElementById(button.dataset.copy);
  if (from && (await copy(from))) button.textContent = button.dataset.copied;
});
document.addEventListener("htmx:afterSettle", show);
show();
