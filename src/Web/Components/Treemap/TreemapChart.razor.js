// plotly shrinks a label until it fits its tile: below this many pixels nobody reads it.
const smallest = 9;

function hideTiny(chart) {
  for (const text of chart.querySelectorAll(".slicetext text")) {
    const scale = Number(/scale\(([\d.]+)/.exec(text.getAttribute("transform"))?.[1] ?? 1);
    const size = parseFloat(getComputedStyle(text).fontSize) * scale;
    text.style.visibility = size < smallest ? "hidden" : "";
  }
}

// Tells the page which tile was clicked. plotly fires before it zooms, and does not zoom when the handler says false.
export function attach(id, page) {
  const wait = () => {
    const chart = document.getElementById(id);
    if (!chart) return;
    if (!chart.on || !chart.data) return setTimeout(wait, 30);
    chart.on("plotly_treemapclick", (event) => {
      const tile = event.points?.[0]?.id;
      if (tile) page.invokeMethodAsync("TileClickedAsync", tile);
      return false;
    });
    // What is on the screen now; the page may be a step ahead of the drawing.
    const drawn = () => {
      hideTiny(chart);
      chart.dataset.drawn = chart.data?.[0]?.ids?.[0] ?? "";
    };
    chart.on("plotly_afterplot", drawn);
    drawn();
  };
  wait();
}
