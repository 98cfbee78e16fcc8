// Keeps the lines of a batch for as long as the tab lives, so that a reload loses none of them. The files
// themselves are not kept: a folder of films is too large for that, and choosing it again is one press.

const NAME = "sixface-batch";

/** The lines that this tab had, or none. */
export function recalled() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME) ?? "[]");
  } catch {
    return [];
  }
}

/** Keep these lines; where there is no room they are only in the page. */
export function remember(rows) {
  const lines = rows.map(({ file, li, ...line }) => line);
  try {
    if (lines.length) sessionStorage.setItem(NAME, JSON.stringify(lines));
    else sessionStorage.removeItem(NAME);
  } catch {
    sessionStorage.removeItem(NAME);
  }
}
