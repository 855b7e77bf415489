"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const stage = $("stage"), sheet = $("sheet"), heads = $("heads"), details = $("details");
  const picture = sheet.querySelector("svg");
  const make = (tag, text, parent) => {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = text;
    if (parent) parent.append(made);
    return made;
  };

  // participant heads that stay in sight
  const group = picture.querySelector(".is-heads");
  let copy = null;
  if (group && data.head) {
    copy = picture.cloneNode(false);
    copy.removeAttribute("aria-labelledby");
    copy.setAttribute("viewBox", `0 0 ${data.width} ${data.head + 4}`);
    copy.append(group.cloneNode(true));
    heads.append(copy);
  }

  let zoom = 1;
  const setZoom = (wanted) => {
    zoom = Math.min(6, Math.max(0.1, wanted));
    picture.setAttribute("width", data.width * zoom);
    picture.setAttribute("height", data.height * zoom);
    heads.style.width = sheet.style.width = `${data.width * zoom}px`;
    if (copy) {
      const high = (data.head + 4) * zoom;
      copy.setAttribute("width", data.width * zoom);
      copy.setAttribute("height", high);
      heads.style.height = `${high}px`;
      sheet.style.marginTop = `${-high - 1}px`;
    }
  };
  const fit = () => setZoom(Math.min(1.4, (stage.clientWidth - 4) / data.width));
  fit();

  // pan by dragging
  let from = null;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType === "mouse")
      from = { x: event.clientX + stage.scrollLeft, y: event.clientY + stage.scrollTop, moved: false };
  });
  addEventListener("pointermove", (event) => {
    if (!from) return;
    const x = from.x - event.clientX, y = from.y - event.clientY;
    if (Math.abs(x - stage.scrollLeft) + Math.abs(y - stage.scrollTop) > 4) from.moved = true;
    if (from.moved) { stage.classList.add("drag"); stage.scrollLeft = x; stage.scrollTop = y; }
  });
  addEventListener("pointerup", () => {
    if (from && from.moved) setTimeout(() => { from = null; }, 0); else from = null;
    stage.classList.remove("drag");
  });
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    setZoom(zoom * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
  }, { passive: false });

  // what lies behind a message or a filter
  const points = [...picture.querySelectorAll(".is-message, .is-filters")];
  for (const point of points) {
    point.setAttribute("tabindex", "0");
    point.setAttribute("role", "button");
    point.addEventListener("click", () => { if (!(from && from.moved)) open(point); });
  }
  const list = (pairs, parent) => {
    const dl = make("dl", null, parent);
    for (const [name, value] of pairs) {
      if (value === null || value === undefined || value === "") continue;
      make("dt", name.replaceAll("_", " "), dl);
      make("dd", String(value), dl);
    }
  };
  const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), null, 1); } catch { return text; } };
  const showHop = (hop) => {
    make("h2", `hop ${hop.seq} · ${hop.kind} ${hop.method}`, details);
    const { envelope, seq, kind, method, ...rest } = hop;
    list(Object.entries(rest), details);
    if (!envelope) return;
    make("h2", "envelope", details);
    const { args, result, ...plain } = envelope;
    list(Object.entries(plain), details);
    if (args) { make("h2", "args", details); make("pre", pretty(args), details); }
    if (result) { make("h2", "result", details); make("pre", pretty(result), details); }
  };
  const showMatrix = (table) => {
    make("h2", table.title, details);
    const made = make("table", null, details);
    const head = make("tr", null, make("thead", null, made));
    for (const name of table.columns) make("th", name, head);
    const body = make("tbody", null, made);
    for (const row of table.rows) {
      const line = make("tr", null, body);
      for (const cell of row) make("td", cell.text, line);
    }
    for (const note of table.notes) make("p", note, details);
  };
  const open = (point) => {
    picture.querySelectorAll(".chosen").forEach((each) => each.classList.remove("chosen"));
    point.classList.add("chosen");
    details.replaceChildren();
    const shut = make("button", "close (Esc)", details);
    shut.addEventListener("click", close);
    const key = point.dataset.key;
    if (point.classList.contains("is-filters")) (data.matrices[key] || []).forEach(showMatrix);
    else {
      const [first, last] = key.split("-").map(Number);
      const hops = [];
      for (let at = first; at <= last && hops.length < 200; at++) if (data.hops[at]) hops.push(data.hops[at]);
      hops.forEach(showHop);
      if (last - first >= 200) make("p", `shown 200 of ${last - first + 1} hops`, details);
    }
    details.hidden = false;
  };
  const close = () => {
    details.hidden = true;
    const chosen = picture.querySelector(".chosen");
    if (chosen) { chosen.classList.remove("chosen"); chosen.focus(); }
  };

  // search
  let hits = [], at = -1;
  const search = (text) => {
    hits.forEach((each) => each.classList.remove("hit"));
    const wanted = text.trim().toLowerCase();
    const all = [...picture.querySelectorAll(".is-message, .is-filters, .is-note, .is-node, .is-edge, .is-table text")];
    hits = wanted ? all.filter((each) => (each.textContent + " " + (each.getAttribute("aria-label") || "")).toLowerCase().includes(wanted)) : [];
    hits.forEach((each) => each.classList.add("hit"));
    at = -1;
    $("hits").textContent = wanted ? `${hits.length} found` : "";
    if (hits.length) go(1);
  };
  const go = (step) => {
    if (!hits.length) return;
    at = (at + step + hits.length) % hits.length;
    hits[at].scrollIntoView({ block: "center", inline: "center" });
    $("hits").textContent = `${at + 1} of ${hits.length}`;
  };
  $("search").addEventListener("input", (event) => search(event.target.value));

  const toggle = () => {
    const root = document.documentElement;
    const now = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  };
  $("in").addEventListener("click", () => setZoom(zoom * 1.2));
  $("out").addEventListener("click", () => setZoom(zoom / 1.2));
  $("fit").addEventListener("click", fit);
  $("theme").addEventListener("click", toggle);

  const step = (by) => {
    const now = points.indexOf(document.activeElement.closest(".is-message, .is-filters"));
    const next = points[Math.min(points.length - 1, Math.max(0, now + by))];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  };
  const keys = {
    "/": () => $("search").focus(), "+": () => setZoom(zoom * 1.2), "=": () => setZoom(zoom * 1.2),
    "-": () => setZoom(zoom / 1.2), 0: fit, t: toggle, n: () => go(1), p: () => go(-1),
    j: () => step(1), k: () => step(-1), Escape: close,
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === $("search")) {
      if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
      if (event.key === "Escape") stage.focus();
      return;
    }
    const point = event.target.closest && event.target.closest(".is-message, .is-filters");
    if (point && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); open(point); return; }
    if (point && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault(); step(event.key === "ArrowDown" ? 1 : -1); return;
    }
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
})();
