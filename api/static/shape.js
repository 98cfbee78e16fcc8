// Draws the parcel unfolded in its own proportions, which come with the page as plain numbers.

const { depth, height } = document.querySelector(".unfolding")?.dataset ?? {};
if (depth) {
  const net = document.querySelector(".net");
  const columns = [depth, 1, depth, 1].map((share) => `minmax(0, ${share}fr)`).join(" ");
  net.style.setProperty("--depth", depth);
  net.style.setProperty("--height", height);
  net.style.setProperty("--columns", columns);
}
