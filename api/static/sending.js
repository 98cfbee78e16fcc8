// Sends one file. XMLHttpRequest, because fetch() cannot tell how much has left the machine.

export const LOST = 0;

/**
 * POST the file; resolves to the answer's JSON.
 * Rejects with { status, problem }, status 0 where the connection was lost or the person stopped.
 */
export function send({ file, profile, expected, key, progress, stop }) {
  const body = new FormData();
  // Fields first, so that the server knows what is asked before the bytes arrive.
  body.append("profile", profile);
  if (Object.keys(expected).length) body.append("expect", JSON.stringify(expected));
  body.append("file", file, file.name);

  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/evidence");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.setRequestHeader("Idempotency-Key", key);
    request.upload.addEventListener("progress", (event) => progress(event.loaded, event.total));
    request.addEventListener("load", () => {
      const answer = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300 && answer) resolve(answer);
      else reject({ status: request.status, problem: answer ?? {} });
    });
    for (const name of ["error", "timeout"]) {
      request.addEventListener(name, () => reject({ status: LOST, problem: {} }));
    }
    request.addEventListener("abort", () => reject({ status: LOST, problem: {}, stopped: true }));
    stop.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}

/** A key that nobody else draws; `crypto.randomUUID` is missing where the page came without TLS. */
export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
