// Pages load whole and their islands keep the address themselves: Blazor's own navigation would fetch a page a click.
Blazor.start({ ssr: { disableDomPreservation: true } });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = button.dataset.copy || document.getElementById(button.dataset.copyFrom)?.innerText || "";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without permission (plain http from another machine) the old way still works.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const label = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = label), 1500);
});
