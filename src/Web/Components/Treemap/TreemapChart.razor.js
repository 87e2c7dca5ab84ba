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
    const drawn = () => (chart.dataset.drawn = chart.data?.[0]?.ids?.[0] ?? "");
    chart.on("plotly_afterplot", drawn);
    drawn();
  };
  wait();
}
