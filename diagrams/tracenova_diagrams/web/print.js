"use strict";
// on paper: pages that end between two rows, each with the participants on top
(() => {
  const LONG = 1050, SHORT = 715;  // pixels of A4 within its margins
  const READABLE = 0.5;  // of the size on a screen
  const NEARLY = 0.75;  // of the height that it has: rather smaller than cut
  const SVG = "http://www.w3.org/2000/svg";
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);
  const picture = document.querySelector("#sheet svg");
  let theme;

  const whole = () => {
    const known = document.getElementById("whole");
    if (known) return known;
    const made = document.createElementNS(SVG, "g");
    made.id = "whole";
    made.append(...picture.childNodes);
    picture.append(made);
    return made;
  };

  // what no page may end within, as [top, bottom] in the picture's own pixels
  const rows = () => {
    const all = picture.getBoundingClientRect(), zoom = all.width / data.width;
    return [...picture.querySelectorAll(".is-message, .is-note, .is-filters, .is-node, .is-table text")].map((each) => {
      const box = each.getBoundingClientRect();
      return [(box.top - all.top) / zoom - 3, (box.bottom - all.top) / zoom];
    });
  };
  const cuts = (most) => {
    const kept = rows(), found = [0];
    if (!kept.length) return [0, data.height];
    for (let top = 0; data.height - top > most; found.push(top)) {
      let cut = top + most - (top && data.head);
      for (let hit; (hit = kept.find(([high, low]) => high < cut && cut < low)) && hit[0] > top;) cut = hit[0];
      top = cut > top + 40 ? cut : top + most - (top && data.head);
    }
    return [...found, data.height];
  };

  const part = (top, bottom, scale, page) => {
    const svg = document.createElementNS(SVG, "svg"), use = document.createElementNS(SVG, "use");
    svg.setAttribute("class", "tn");
    svg.setAttribute("viewBox", `0 ${top} ${data.width} ${bottom - top}`);
    svg.setAttribute("width", data.width * scale);
    svg.setAttribute("height", (bottom - top) * scale);
    use.setAttribute("href", "#whole");
    svg.append(use);
    page.append(svg);
  };

  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    whole();
    // a picture that an upright page shows whole is not cut
    const upright = data.height > data.width && SHORT / data.width >= READABLE
      && LONG / data.height >= READABLE;
    const [WIDE, HIGH] = upright ? [SHORT, LONG] : [LONG, SHORT];
    let scale = Math.min(1, WIDE / data.width);
    if (upright) scale = Math.min(scale, HIGH / data.height);
    if (HIGH / data.height >= NEARLY * scale) scale = Math.min(scale, HIGH / data.height);
    const found = cuts(HIGH / scale + 1);
    const pages = document.createElement("div");
    pages.id = "pages";
    const paper = document.createElement("style");
    paper.textContent = `@page{size:A4 ${upright ? "portrait" : "landscape"}}`;
    pages.append(paper);
    found.slice(1).forEach((bottom, at) => {
      const page = document.createElement("section");
      if (at && data.head) part(0, data.head, scale, page);
      part(found[at], bottom, scale, page);
      pages.append(page);
    });
    document.body.append(pages);
    root.classList.add("paged");
  });
  addEventListener("afterprint", () => {
    document.getElementById("pages").remove();
    root.classList.remove("paged");
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
  });
})();
