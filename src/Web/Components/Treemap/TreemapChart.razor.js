// plotly shrinks a label until it fits its tile: below this many pixels nobody reads it.
const smallest = 9;

function hideTiny(chart) {
  for (const text of chart.querySelectorAll(".slicetext text")) {
    const scale = Number(/scale\(([\d.]+)/.exec(text.getAttribute("transform"))?.[1] ?? 1);
    const size = parseFloat(getComputedStyle(text).fontSize) * scale;
    text.style.visibility = size < smallest ? "hidden" : "";
  }
}

// The server lays the map out for this size, also on the next page.
function measure(host, page) {
  const { width, height } = host.getBoundingClientRect();
  const [w, h] = [Math.round(width), Math.round(height)];
  if (!w || !h) return;
  document.cookie = `map-size=${w}x${h}; path=/; max-age=31536000; samesite=lax`;
  page.invokeMethodAsync("Resized", w, h);
}

function clicked(host, page, tile) {
  if (tile) page.invokeMethodAsync("TileClickedAsync", tile);
}

// Links of the server's drawing lead to the same place without a new page, and the first touch calls plotly.
export function attach(id, page) {
  const host = document.getElementById(id);
  if (!host) return;
  host.addEventListener("click", (event) => {
    const link = event.target.closest("svg.map a[data-tile]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    clicked(host, page, link.dataset.tile);
  });
  const touched = () => page.invokeMethodAsync("TakeOver");
  for (const kind of ["pointermove", "pointerdown"]) host.addEventListener(kind, touched, { once: true });
  host.takeClicks = (tile) => clicked(host, page, tile);
  let waiting = 0;
  new ResizeObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => host.isConnected && measure(host, page), 100);
  }).observe(host);
  measure(host, page);
  host.dataset.live = "true";
}

// plotly fires before it zooms, and does not zoom when the handler says false.
export function follow(hostId, chartId) {
  const host = document.getElementById(hostId);
  const wait = () => {
    const chart = document.getElementById(chartId);
    if (!chart || !host) return;
    if (!chart.on || !chart.data) return setTimeout(wait, 30);
    chart.on("plotly_treemapclick", (event) => {
      host.takeClicks(event.points?.[0]?.id);
      return false;
    });
    // plotly is seen only where it shows what the page does: the page may be a step ahead of it.
    const show = () => host.toggleAttribute("data-taken", chart.dataset.drawn === host.dataset.path);
    const drawn = () => {
      hideTiny(chart);
      chart.dataset.drawn = chart.data?.[0]?.ids?.[0] ?? "";
      show();
    };
    chart.on("plotly_afterplot", drawn);
    new MutationObserver(show).observe(host, { attributeFilter: ["data-path"] });
    drawn();
  };
  wait();
}
