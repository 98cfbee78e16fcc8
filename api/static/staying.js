// Has the browser keep the station, so that it opens without a network; `worker.js` says what is kept.

/** In the language of this page. Browsers that cannot, or not without TLS, go on as before. */
export function stay() {
  const { lang } = document.documentElement;
  navigator.serviceWorker
    ?.register(`/film/kept/worker.${lang}.js`, { scope: "/film", updateViaCache: "none" })
    .catch(() => {}); // no network: what is kept stays
}
