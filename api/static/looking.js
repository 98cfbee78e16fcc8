// What a small picture of the camera tells at once: light, haste, sharpness. It helps while filming and
// judges nothing; the check that counts comes afterwards, on the whole film.

export const WIDE = 320; // pixels across the small picture

const DARK = 45; // grey levels that the lighter tenth does not reach; as the check has it
const PALE = 190; // grey levels that even the darker tenth is above; as the check has it
const BURNT = 0.35; // share of white without drawing
const HASTY = 34; // mean change in grey levels over a quarter of a second; nine real films and a drawn one stay below 29
const SOFT = 0.02; // energy of the edges beside that of the picture; the same films have 0.06 and more, blurred to the
// 4 thousandths of their width at which the check calls them bad most have 0.003 to 0.02

/** Grey levels of RGBA pixels (ITU-R BT.601). */
export function grey(pixels) {
  const made = new Uint8Array(pixels.length / 4);
  for (let i = 0, at = 0; i < made.length; i += 1, at += 4) {
    made[i] = (pixels[at] * 77 + pixels[at + 1] * 150 + pixels[at + 2] * 29) >> 8;
  }
  return made;
}

/** Light, haste and sharpness as numbers; `before` is the small picture before, if any. */
export function measure(picture, before, wide) {
  const counts = new Uint32Array(256);
  let sum = 0;
  let squares = 0;
  let change = 0;
  let edges = 0;
  let inner = 0;
  const high = picture.length / wide;
  for (let i = 0; i < picture.length; i += 1) {
    const v = picture[i];
    counts[v] += 1;
    sum += v;
    squares += v * v;
    if (before) change += Math.abs(v - before[i]);
    const x = i % wide;
    const y = (i / wide) | 0;
    if (x > 0 && y > 0 && x < wide - 1 && y < high - 1) {
      const bend = 4 * v - picture[i - 1] - picture[i + 1] - picture[i - wide] - picture[i + wide];
      edges += bend * bend;
      inner += 1;
    }
  }
  const n = picture.length;
  const spread = squares / n - (sum / n) ** 2;
  let white = 0;
  for (let v = 250; v < 256; v += 1) white += counts[v];
  return {
    low: quantile(counts, n * 0.1),
    high: quantile(counts, n * 0.9),
    white: white / n,
    change: before ? change / n : 0,
    crisp: spread > 0 ? edges / inner / spread : 0,
    spread,
  };
}

function quantile(counts, wanted) {
  let seen = 0;
  for (let v = 0; v < 256; v += 1) {
    seen += counts[v];
    if (seen > wanted) return v;
  }
  return 255;
}

/** The one thing that is wrong with the picture: `dark`, `bright`, `fast`, `blurred`; null where nothing is. */
export function trouble({ low, high, white, change, crisp }) {
  if (high < DARK) return "dark";
  if (low > PALE || white > BURNT) return "bright";
  if (change > HASTY) return "fast";
  if (crisp < SOFT) return "blurred";
  return null;
}

/** Looks at a playing video now and then; `seen(trouble, measured, pixels)` is told of what lasted for two looks. */
export function looker(video, seen, every = 250) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let before = null;
  let last = null;
  const timer = setInterval(() => {
    if (!video.videoWidth || video.readyState < 2) return;
    const high = Math.max(2, Math.round((WIDE * video.videoHeight) / video.videoWidth));
    if (canvas.width !== WIDE || canvas.height !== high) {
      [canvas.width, canvas.height, before] = [WIDE, high, null];
    }
    context.drawImage(video, 0, 0, WIDE, high);
    const pixels = context.getImageData(0, 0, WIDE, high).data;
    const picture = grey(pixels);
    const measured = measure(picture, before, WIDE);
    before = picture;
    const found = trouble(measured);
    seen(found === last ? found : null, measured, pixels);
    last = found;
  }, every);
  return () => clearInterval(timer);
}
