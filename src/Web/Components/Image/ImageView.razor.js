// Keeps the address bar and the view together.
let view = null;

function moved() {
  view?.invokeMethodAsync("MovedAsync", location.search);
}

export function start(reference) {
  view = reference;
  addEventListener("popstate", moved);
  document.documentElement.dataset.interactive = "true";
}

export function stop() {
  removeEventListener("popstate", moved);
  view = null;
}

export function push(query) {
  if (location.search !== query) history.pushState(null, "", location.pathname + query);
}

export function reveal() {
  document.querySelector(".map")?.scrollIntoView({ block: "start", behavior: "smooth" });
}

export function revealFinding(id) {
  const found = [...document.querySelectorAll("[data-finding]")].find((e) => e.dataset.finding === id);
  found?.scrollIntoView({ block: "center" });
  found?.querySelector(".head")?.focus({ preventScroll: true });
}
