// Sends files as they lie on disk: XMLHttpRequest streams a File without reading it into memory, and reports progress.
const panel = document.querySelector("[data-upload]");
const list = panel.querySelector("[data-uploads]");
const input = panel.querySelector("[data-file]");
let last = Promise.resolve();
let sending = 0;

panel.querySelector("[data-pick]").addEventListener("click", () => input.click());
input.addEventListener("change", () => {
  take(input.files);
  input.value = "";
});

// The whole page takes a drop: a file that misses the zone must not replace the page.
addEventListener("dragover", (event) => {
  event.preventDefault();
  panel.toggleAttribute("data-over", true);
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) panel.removeAttribute("data-over");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  panel.removeAttribute("data-over");
  take(event.dataTransfer.files);
});

addEventListener("beforeunload", (event) => {
  if (sending) event.preventDefault();
});

// More than one file: the page stays, and each row leads to its image.
let several = false;

function take(files) {
  several ||= files.length > 1 || sending > 0;
  for (const file of files) {
    const row = new Row(file);
    const most = Number(panel.dataset.maxBytes);
    if (file.size > most)
      row.fail(`${size(file.size)} is more than this service takes: ${size(most)} (Insight__Upload__MaxBytes).`);
    else last = last.then(() => send(file, row));
  }
}

function send(file, row) {
  if (row.cancelled) return Promise.resolve();
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    // Its page exists from the first byte on. Browsers make ids in secure contexts only; without one nothing is lost.
    const id = crypto.randomUUID?.();
    const query = "name=" + encodeURIComponent(file.name) + (id ? "&id=" + id : "");
    request.open("PUT", "/api/images/upload?" + query);
    request.setRequestHeader("Content-Type", "application/x-tar");
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    request.upload.onprogress = (event) => {
      row.progress(event.loaded, event.total, seconds());
      if (id) row.link("/images/" + id, true);
    };
    request.upload.onload = () => row.text("Sent; the service is storing it …");
    request.onload = () => {
      const answer = parse(request.responseText);
      if (request.status === 202) row.done(answer);
      else row.fail(answer?.detail ?? `The service answered ${request.status}.`);
    };
    request.onerror = () =>
      row.fail("The connection broke: the service may have stopped or refused the file. Nothing of it was kept.");
    request.onabort = () => row.fail("Cancelled; nothing of it was kept.", true);
    request.onloadend = () => {
      sending--;
      done();
    };
    row.onCancel = () => request.abort();
    sending++;
    request.send(file);
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function create(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

class Row {
  constructor(file) {
    this.element = create("li", { className: "upload-row" });
    const head = create("div", { className: "upload-head" });
    this.name = create("strong", { textContent: file.name });
    this.status = create("span", { className: "soft num", textContent: "Waiting …" });
    this.button = create("button", { type: "button", className: "quiet", textContent: "Cancel" });
    this.button.setAttribute("aria-label", "Cancel the upload of " + file.name);
    this.button.onclick = () => this.cancel();
    head.append(this.name, this.status, this.button);
    this.bar = create("progress", { max: 1, value: 0 });
    this.bar.setAttribute("aria-label", "Upload of " + file.name);
    this.element.append(head, this.bar);
    list.append(this.element);
  }

  progress(loaded, total, seconds) {
    this.bar.value = total ? loaded / total : 0;
    const speed = loaded / Math.max(seconds, 0.1);
    const left = speed > 0 ? (total - loaded) / speed : 0;
    this.text(`${size(loaded)} of ${size(total)} · ${size(speed)}/s · ${duration(left)} left`);
  }

  text(text) {
    this.status.textContent = text;
  }

  done(answer) {
    if (!several) {
      this.bar.value = 1;
      location.assign(answer.url);
      return;
    }

    this.bar.remove();
    this.button.remove();
    this.status.textContent = "Sent";
    this.link(answer.url);
  }

  // While it is sent in a tab of its own: leaving this one would end it.
  link(url, aside) {
    if (aside && this.name.querySelector("a")) return;
    const link = create("a", { href: url, textContent: this.name.textContent });
    if (aside) link.target = "_blank";
    this.name.replaceChildren(link);
  }

  fail(text, quiet) {
    this.name.textContent = this.name.textContent;
    this.bar.remove();
    this.button.textContent = "Dismiss";
    this.button.onclick = () => this.element.remove();
    this.status.remove();
    const message = create("p", { className: quiet ? "notice" : "notice bad", textContent: text });
    message.setAttribute("role", quiet ? "status" : "alert");
    this.element.append(message);
  }

  cancel() {
    this.cancelled = true;
    if (this.onCancel) this.onCancel();
    else this.fail("Cancelled; nothing of it was sent.", true);
  }
}

function size(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (bytes >= 999.5 && unit < units.length - 1) {
    bytes /= 1000;
    unit++;
  }
  const digits = bytes >= 100 || unit === 0 ? 0 : bytes >= 10 ? 1 : 2;
  return `${bytes.toFixed(digits)} ${units[unit]}`;
}

function duration(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}
