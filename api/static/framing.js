// Whether what is filmed leaves the picture: told by its colours, which are learnt as the film begins, when it
// lies in the middle. No model of parcels; where its colours do not stand out from what is around, nothing is told.
//
// The constants were chosen on drawn films. On others (`make bench-framing`) 0.4 hints a minute were false, and 16 of
// 20 parcels that an edge cut for some seconds and 26 of 41 that were gone were told; of six real films, none. A look
// costs 1 ms.

const CELL = 5; // pixels across a square that counts as one; 64 of them make the picture's width
const LEARN = 8; // looks, two seconds, in which the middle and the border are learnt
const MIDDLE = 0.15; // of width and height: the ellipse that is taken for the parcel, from the middle
const BORDER = 0.38; // likewise: what is farther out is taken for what is around
const [LIGHTS, TINTS] = [11, 32]; // steps of brightness (24 levels each) and of both colour differences (4 each)
const NEAR = 0.35; // how much a colour also speaks for its six neighbours
const RARE = 2e-4; // share of a colour that is as good as never seen

const GONE = 0.2; // of its usual size: what is left of it is no more than a remainder,
const SMALL = 0.035; // and less than that of the picture
const TOUCHING = 0.7; // of the side of a square of its size: so long it lies along one edge of the picture, and is smaller than usual
const INSIDE = 0.45; // as TOUCHING: arms that hold it reach so far
const SOLID = 0.3; // of the rectangle around it; two hands and a box fill more
const ASIDE = 0.3; // of width and height: as far from the middle it may lie
const [PACE, TRUST] = [0.12, 0.4]; // how fast a look counts, and the share of good ones before anything is told
const DRIFT = 0.06; // how fast its usual size follows
const LOST = 40; // looks without trust after which it is learnt anew
const LASTS = 5; // looks until it is told, 1.25 s
const MOST = 32; // looks for which it is told: who does nothing about it was told enough, and may be right

/** Tells of each look whether it leaves the picture; `again()` begins anew. */
export function framer() {
  let state;
  const again = () => (state = { looks: 0, trust: 0, usual: 0, held: 0, own: histogram(), around: histogram() });
  again();

  /** `pixels` are RGBA, `wide` pixels across. */
  function look(pixels, wide) {
    const grid = squares(pixels, wide);
    state.looks += 1;
    if (state.looks <= LEARN) {
      learn(state, grid);
      return false;
    }
    const seen = measured(grid, largest(grid, alike(state, grid)), state.usual);
    state.usual ||= seen.size;
    const found = lacking(seen, state.usual);
    const well = !found && seen.size > 0 && seen.solid > SOLID && seen.reach < INSIDE && seen.aside < ASIDE;
    if (well) state.usual += (seen.size - state.usual) * DRIFT;
    if (!found) state.trust += (Number(well) - state.trust) * PACE;
    state.held = found && state.trust >= TRUST ? state.held + 1 : 0;
    if (state.held > MOST || (state.looks > LOST && state.trust < TRUST / 4)) again();
    return state.held >= LASTS;
  }
  return { look, again };
}

function lacking({ size, share, reach }, usual) {
  return (size < GONE * usual && share < SMALL) || (size < usual && reach > TOUCHING);
}

function histogram() {
  return { counts: new Float32Array(LIGHTS * TINTS * TINTS), sum: 0 };
}

/** The colour of each square, as a place in a histogram. */
function squares(pixels, wide) {
  const across = (wide / CELL) | 0;
  const down = (pixels.length / 4 / wide / CELL) | 0;
  const tint = (difference) => Math.min(TINTS - 1, Math.max(0, Math.round(difference / 4) + TINTS / 2));
  const bins = new Uint16Array(across * down);
  for (let i = 0; i < bins.length; i += 1) {
    const from = (((i / across) | 0) * wide + (i % across)) * CELL;
    let [r, g, b] = [0, 0, 0];
    for (let y = 0; y < CELL; y += 1) {
      for (let at = 4 * (from + y * wide), end = at + 4 * CELL; at < end; at += 4) {
        r += pixels[at];
        g += pixels[at + 1];
        b += pixels[at + 2];
      }
    }
    [r, g, b] = [r / CELL ** 2, g / CELL ** 2, b / CELL ** 2];
    const light = 0.299 * r + 0.587 * g + 0.114 * b; // ITU-R BT.601, as are the differences
    bins[i] = (Math.min(LIGHTS - 1, (light / 24) | 0) * TINTS + tint((b - light) * 0.564)) * TINTS + tint((r - light) * 0.713);
  }
  return { bins, across, down };
}

function learn({ own, around }, { bins, across, down }) {
  for (let i = 0; i < bins.length; i += 1) {
    const x = ((i % across) + 0.5) / across - 0.5;
    const y = (((i / across) | 0) + 0.5) / down - 0.5;
    if (x * x + y * y < MIDDLE ** 2) add(own, bins[i]);
    else if (Math.max(Math.abs(x), Math.abs(y)) > BORDER) add(around, bins[i]);
  }
}

function add(known, bin) {
  known.counts[bin] += 1;
  for (const step of [1, TINTS, TINTS * TINTS]) {
    for (const near of [bin - step, bin + step]) if (near >= 0 && near < known.counts.length) known.counts[near] += NEAR;
  }
  known.sum += 1 + 6 * NEAR;
}

/** Which squares look rather like it than like what is around. */
function alike({ own, around }, { bins }) {
  return Uint8Array.from(bins, (bin) => {
    const a = own.counts[bin] / own.sum;
    return a > around.counts[bin] / around.sum + RARE ? 1 : 0;
  });
}

/** The largest piece of these that hangs together, as places of squares. */
function largest({ across }, marks) {
  let best = [];
  for (let start = 0; start < marks.length; start += 1) {
    if (!marks[start]) continue;
    const piece = [start];
    marks[start] = 0;
    for (let n = 0; n < piece.length; n += 1) {
      const i = piece[n];
      const x = i % across;
      for (const j of [x > 0 ? i - 1 : -1, x < across - 1 ? i + 1 : -1, i - across, i + across]) {
        if (!marks[j]) continue;
        marks[j] = 0;
        piece.push(j);
      }
    }
    if (piece.length > best.length) best = piece;
  }
  return best;
}

/** Its size in squares and as a share of the picture, how it fills its place, where it lies, and how it touches the edges. */
function measured({ across, down }, piece, usual) {
  const sums = [0, 0, 0, 0];
  const edges = [new Uint8Array(across), new Uint8Array(across), new Uint8Array(down), new Uint8Array(down)];
  for (const i of piece) {
    const x = i % across;
    const y = (i / across) | 0;
    for (const [n, each] of [x, y, x * x, y * y].entries()) sums[n] += each;
    // The outermost squares may be no more than a line of light.
    if (y === 1) edges[0][x] = 1;
    if (y === down - 2) edges[1][x] = 1;
    if (x === 1) edges[2][y] = 1;
    if (x === across - 2) edges[3][y] = 1;
  }
  const size = piece.length;
  const [mx, my, xx, yy] = sums.map((sum) => sum / (size || 1));
  const spread = (mean, squared) => Math.sqrt(12 * Math.max(1, squared - mean * mean)) + 1; // of an even one, its whole length
  return {
    size,
    share: size / (across * down),
    solid: size / (spread(mx, xx) * spread(my, yy)),
    aside: Math.max(Math.abs(mx / across - 0.5), Math.abs(my / down - 0.5)),
    reach: Math.max(...edges.map(longest)) / Math.sqrt(Math.max(1, usual || size)),
  };
}

/** The longest stretch of ones; a single gap is none. */
function longest(marks) {
  let [best, run, gap] = [0, 0, 0];
  for (const mark of marks) {
    if (mark) [run, gap] = [run + 1, 0];
    else if ((gap += 1) > 1) run = 0;
    best = Math.max(best, run);
  }
  return best;
}
