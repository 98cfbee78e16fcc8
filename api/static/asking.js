// Asks the service: one request, one answer, and every way it can fail told alike.

export const LOST = 0;

/** The `fault` of a request: its status (0 where there was no answer) and the problem that was told. */
export class Fault extends Error {
  constructor(status, problem = {}) {
    super(problem.detail || problem.title || `status ${status}`);
    this.status = status;
    this.problem = problem;
  }

  /** Whether the same request may go well later. */
  get passing() {
    return this.status === LOST || [408, 423, 425, 429].includes(this.status) || this.status >= 500;
  }
}

/** The JSON that `path` answers; with `body` it is sent there. Throws a `Fault`. */
export async function ask(path, { body, key, stop } = {}) {
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (key) headers["Idempotency-Key"] = key;
  if (body && !(body instanceof FormData)) headers["Content-Type"] = "application/json";
  const sent = body instanceof FormData ? body : body && JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(path, { method: body ? "POST" : "GET", headers, body: sent, signal: stop, cache: "no-store" });
  } catch (error) {
    stop?.throwIfAborted();
    throw new Fault(LOST);
  }
  const told = parsed(await answer.text().catch(() => ""));
  if (!answer.ok) throw new Fault(answer.status, told ?? {});
  if (told === null) throw new Fault(LOST);
  return told;
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
