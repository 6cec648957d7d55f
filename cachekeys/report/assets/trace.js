"use strict";
/* Draws the page from the data in it. Every text goes through textContent: names of files are a stranger's. */
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const data = JSON.parse(document.getElementById("data").textContent);
  const statuses = data.statuses;
  const NONE = statuses.length - 1;
  const $ = (id) => document.getElementById(id);

  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "onclick") node.addEventListener("click", value);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat()) {
      if (child !== null && child !== undefined && child !== "") node.append(child);
    }
    return node;
  }

  function svg(tag, attributes) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  }

  const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
  const color = (status) => `var(--${statuses[status].id})`;

  function chip(status) {
    const node = el("span", { class: `chip${statuses[status].light ? " light" : ""}`, "aria-hidden": "true" }, statuses[status].glyph);
    node.style.background = color(status);
    return node;
  }

  // -- the tree -----------------------------------------------------------------------------------------------------

  const leaves = [];
  const byPath = new Map();

  function grow(raw, parent) {
    if (typeof raw === "string") raw = [raw, NONE];
    const isLeaf = Array.isArray(raw);
    const name = isLeaf ? raw[0] : raw.n;
    const node = { name, parent, depth: parent ? parent.depth + 1 : 0, counts: new Array(statuses.length).fill(0) };
    node.path = parent && parent.parent ? `${parent.path}/${name}` : parent ? name : "";
    if (isLeaf) {
      node.status = raw[1];
      node.fact = raw.length > 2 ? data.facts[raw[2]] : null;
      node.processes = raw[3] || [];
      node.counts[node.status] = 1;
      node.index = leaves.length;
      leaves.push(node);
    } else {
      node.children = raw.c.map((child) => grow(child, node));
      if (raw.u) {
        node.untouched = raw.u;
        node.counts[NONE] += raw.u;
      }
      for (const child of node.children) child.counts.forEach((number, status) => { node.counts[status] += number; });
    }
    byPath.set(node.path, node);
    return node;
  }

  const root = grow(data.tree, null);
  const enabled = statuses.map(() => true);
  const touched = root.counts.reduce((sum, number, status) => sum + (status === NONE ? 0 : number), 0);
  enabled[NONE] = touched === 0 || root.counts[NONE] <= 1.5 * touched;

  let shown = root;
  let selected = null;
  let lit = null;  // a set of leaves: the others are faded
  let litLabel = "";
  let query = "";
  let cells = [];

  const WEIGHT = statuses.map((status) => ({ gap: 1.6, noise: 1.6, commit: 1.3, none: 0.35, ignored: 0.5, watched: 0.6, output: 0.5 }[status.id] || 1));

  function weigh(node) {
    node.weight = 0;
    if (node.children) {
      for (const child of node.children) node.weight += weigh(child);
      if (node.untouched && enabled[NONE]) node.weight += Math.sqrt(node.untouched) * WEIGHT[NONE];
    } else if (enabled[node.status]) {
      node.weight = WEIGHT[node.status];
    }
    return node.weight;
  }

  function worst(node) {
    for (let status = 0; status < statuses.length; status += 1) {
      if (node.counts[status] && enabled[status]) return status;
    }
    return NONE;
  }

  function isLit(node) {
    if (node.children) return !lit && !query ? true : node.children.some(isLit);
    return (!lit || lit.has(node)) && (!query || node.path.toLowerCase().includes(query));
  }

  // -- the picture: a squarified treemap (Bruls, Huizing, van Wijk 2000) -----------------------------------------------

  function squarify(nodes, x, y, w, h) {
    const items = nodes.filter((node) => node.weight > 0).sort((a, b) => b.weight - a.weight || (a.path < b.path ? -1 : 1));
    const total = items.reduce((sum, node) => sum + node.weight, 0);
    const placed = [];
    let scale = total ? (w * h) / total : 0;
    let row = [];
    let rowSum = 0;
    let start = 0;
    const ratio = (sum, least, most, side) => Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * least));
    const flush = () => {
      const area = rowSum * scale;
      const wide = w >= h;
      const side = wide ? h : w;
      const thick = side ? area / side : 0;
      let at = 0;
      for (const node of row) {
        const length = thick ? (node.weight * scale) / thick : 0;
        placed.push(wide ? [node, x, y + at, thick, length] : [node, x + at, y, length, thick]);
        at += length;
      }
      if (wide) { x += thick; w -= thick; } else { y += thick; h -= thick; }
      row = [];
      rowSum = 0;
    };
    while (start < items.length) {
      const node = items[start];
      const side = Math.min(w, h);
      const most = (row.length ? row[0].weight : node.weight) * scale;
      const before = row.length ? ratio(rowSum * scale, row[row.length - 1].weight * scale, most, side) : Infinity;
      const after = ratio((rowSum + node.weight) * scale, node.weight * scale, most, side);
      if (row.length && after > before) { flush(); continue; }
      row.push(node);
      rowSum += node.weight;
      start += 1;
    }
    if (row.length) flush();
    return placed;
  }

  const map = $("map");
  const measure = document.createElement("canvas").getContext("2d");

  function fit(text, width, bold) {
    measure.font = `${bold ? "600 " : ""}11px ${getComputedStyle(document.body).fontFamily}`;
    if (measure.measureText(text).width <= width) return text;
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (measure.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle; else high = middle - 1;
    }
    return low > 1 ? `${text.slice(0, low)}…` : "";
  }

  function drawCell(node, x, y, w, h, status, fade) {
    const group = svg("g", { "data-cell": cells.length });
    if (fade) group.classList.add("faded");
    const rect = svg("rect", { x, y, width: Math.max(w, 0.5), height: Math.max(h, 0.5), class: "cell" });
    rect.style.fill = color(status);
    group.append(rect);
    if (statuses[status].hatch && w > 4 && h > 4) {
      const over = svg("rect", { x, y, width: w, height: h, class: "hatch", fill: "url(#hatch)" });
      group.append(over);
    }
    const onfill = statuses[status].light ? "" : "onfill";
    if (w > 13 && h > 13) {
      const glyph = svg("text", { x: x + 4, y: y + 12, class: onfill });
      glyph.textContent = statuses[status].glyph;
      group.append(glyph);
    }
    if (w > 46 && h > 15) {
      const label = fit(node.children ? `${node.name}/` : node.name, w - 22, false);
      const text = svg("text", { x: x + (statuses[status].glyph ? 17 : 5), y: y + 12, class: onfill });
      text.textContent = label;
      group.append(text);
    }
    map.append(group);
    cells.push({ node, x, y, w, h });
  }

  function draw(node, x, y, w, h, top) {
    if (!node.children) { drawCell(node, x, y, w, h, node.status, !isLit(node)); return; }
    if (!top && (w < 9 || h < 9 || w * h < 150)) { drawCell(node, x, y, w, h, worst(node), !isLit(node)); return; }
    const header = !top && w > 40 && h > 30 ? 16 : 0;
    const pad = top ? 2 : w > 30 && h > 30 ? 2 : 1;
    if (!top) {
      const group = svg("g", { "data-cell": cells.length });
      group.append(svg("rect", { x, y, width: w, height: h, rx: 2, class: "dir" }));
      if (header) {
        const text = svg("text", { x: x + 5, y: y + 12, class: "dirname" });
        text.textContent = fit(`${node.name}/`, w - 10, true);
        group.append(text);
      }
      map.append(group);
      cells.push({ node, x, y, w, h, header });
    }
    const inner = [x + pad, y + header + (header ? 0 : pad), w - 2 * pad, h - header - pad - (header ? 0 : pad)];
    const children = node.children.slice();
    if (node.untouched && enabled[NONE]) {
      children.push({ name: count(node.untouched, "untouched file"), path: `${node.path}/…`, parent: node, status: NONE,
        weight: Math.sqrt(node.untouched) * WEIGHT[NONE], counts: statuses.map((_, i) => (i === NONE ? node.untouched : 0)), fact: null, many: node.untouched });
    }
    for (const [child, ...place] of squarify(children, ...inner)) draw(child, ...place, false);
  }

  function render() {
    weigh(root);
    if (!shown.weight) shown = root;
    map.replaceChildren();
    cells = [];
    const { width, height } = $("picture").getBoundingClientRect();
    map.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const pattern = svg("pattern", { id: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    pattern.append(svg("line", { x1: 0, y1: 0, x2: 0, y2: 7, stroke: "#fff", "stroke-opacity": 0.28, "stroke-width": 3 }));
    const defs = svg("defs", {});
    defs.append(pattern);
    map.append(defs);
    if (shown.weight) draw(shown, 0, 0, width, height, true);
    else {
      const text = svg("text", { x: 24, y: 40 });
      text.textContent = "Nothing to show: switch on more kinds above.";
      map.append(text);
    }
    drawCursor();
    drawCrumbs();
  }

  function drawCursor() {
    map.querySelectorAll(".cursor").forEach((node) => node.remove());
    const cell = cells.find((each) => each.node === selected);
    if (!cell) return;
    for (const inner of [false, true]) {
      const gap = inner ? 3 : 1.5;
      map.append(svg("rect", { x: cell.x + gap, y: cell.y + gap, width: Math.max(cell.w - 2 * gap, 1), height: Math.max(cell.h - 2 * gap, 1), class: `cursor${inner ? " inner" : ""}` }));
    }
  }

  function drawCrumbs() {
    const chain = [];
    for (let node = shown; node; node = node.parent) chain.unshift(node);
    $("crumbs").replaceChildren(...chain.flatMap((node, place) => {
      const last = place === chain.length - 1;
      const button = el("button", { type: "button", "aria-current": last ? "true" : null, onclick: () => zoom(node) }, node.parent ? node.name : data.name);
      return place ? [el("span", { class: "dim" }, "/"), button] : [button];
    }));
    const clear = $("hint");
    clear.replaceChildren();
    if (lit) {
      clear.append(`${litLabel}: ${count(lit.size, "file")} `, el("button", { type: "button", onclick: () => light(null, "") }, "show all"));
    }
  }

  function zoom(node) {
    shown = node.children ? node : node.parent || root;
    select(node, false);
    render();
  }

  function select(node, scroll) {
    selected = node;
    if (node && node !== shown && !isBelow(node, shown)) { shown = root; render(); }
    drawCursor();
    details(node);
    if (scroll) $("picture").scrollIntoView({ block: "nearest" });
  }

  function isBelow(node, directory) {
    for (let each = node; each; each = each.parent) if (each === directory) return true;
    return false;
  }

  function light(set, label) {
    lit = set;
    litLabel = label;
    render();
    if (set) $("picture").scrollIntoView({ block: "nearest" });
  }

  function cellOf(event) {
    const group = event.target.closest && event.target.closest("[data-cell]");
    return group ? cells[Number(group.getAttribute("data-cell"))] : null;
  }

  map.addEventListener("click", (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    if (cell.node.children) zoom(cell.node); else select(cell.node, false);
  });

  map.addEventListener("pointermove", (event) => {
    const cell = cellOf(event);
    const tip = $("tip");
    tip.hidden = !cell;
    if (!cell) return;
    tip.textContent = cell.node.children ? `${cell.node.path}/  (${count(total(cell.node), "file")})` : `${cell.node.many ? cell.node.name : cell.node.path}: ${statuses[cell.node.status].label}`;
    const box = $("picture").getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    tip.style.left = `${Math.max(0, Math.min(x + 14, box.width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${y + 18 + tip.offsetHeight > box.height ? y - tip.offsetHeight - 8 : y + 18}px`;
  });
  map.addEventListener("pointerleave", () => { $("tip").hidden = true; });

  const total = (node) => node.counts.reduce((sum, number) => sum + number, 0);

  map.addEventListener("keydown", (event) => {
    const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (directions[event.key]) {
      event.preventDefault();
      move(...directions[event.key]);
    } else if (event.key === "Enter" && selected) {
      event.preventDefault();
      if (selected.children) zoom(selected); else if (selected.parent && selected.parent !== shown) zoomTo(selected);
    } else if (event.key === "Escape" || event.key === "Backspace") {
      event.preventDefault();
      if (lit) light(null, ""); else if (shown.parent) zoom(shown.parent);
    } else if (event.key === "Home") {
      event.preventDefault();
      zoom(root);
    }
  });

  function zoomTo(leaf) {
    let directory = leaf.parent;
    while (directory.parent && directory.parent !== shown) directory = directory.parent;
    shown = directory;
    render();
  }

  function move(dx, dy) {
    const here = cells.find((cell) => cell.node === selected);
    const candidates = cells.filter((cell) => !cell.node.children && !cell.node.many);
    if (!candidates.length) return;
    if (!here) { select(candidates[0].node, false); return; }
    const cx = here.x + here.w / 2;
    const cy = here.y + here.h / 2;
    let best = null;
    let least = Infinity;
    for (const cell of candidates) {
      if (cell === here) continue;
      const x = cell.x + cell.w / 2 - cx;
      const y = cell.y + cell.h / 2 - cy;
      const along = x * dx + y * dy;
      if (along <= 0.5) continue;
      const cost = along + 2.5 * Math.abs(dx ? y : x);
      if (cost < least) { least = cost; best = cell; }
    }
    if (best) select(best.node, false);
  }

  // -- legend, search, tiles --------------------------------------------------------------------------------------------

  function drawLegend() {
    $("legend").replaceChildren(...statuses.map((status, place) => root.counts[place] && el("button",
      { type: "button", "aria-pressed": String(enabled[place]), title: status.help, "data-status": status.id, onclick: () => {
        enabled[place] = !enabled[place];
        drawLegend();
        $("legend").querySelector(`[data-status="${status.id}"]`).focus();
        render();
      } }, chip(place), ` ${status.label} `, el("b", {}, root.counts[place].toLocaleString("en")))).filter(Boolean));
  }

  function drawBeside() {
    const things = [...data.git.map((each) => ["git", `git: ${each.what}`, each]), ...data.environment.map((each) => ["env", each.name, each])];
    const inputs = things.filter(([, , each]) => ["gap", "commit", "covered"].includes(statuses[each.status].id));
    $("beside").replaceChildren(...(inputs.length ? [el("span", { class: "dim" }, "Not files, but read, too:")] : []), ...inputs.map(([kind, name, each]) => el("button",
      { type: "button", onclick: () => {
        selected = null;
        drawCursor();
        $("details").replaceChildren(el("h2", { class: "path" }, name), el("p", { class: "state" }, chip(each.status), each.state),
          rows(["Why", each.reason], ["Read by", (each.readers || []).join(", ")], ["At", place(each.origin)], ["Set here", kind === "env" ? (each.is_set ? "yes" : "no") : ""]),
          each.by ? el("pre", {}, each.by) : "");
      } }, chip(each.status), ` ${name}`)));
  }

  let typing = 0;
  $("search").addEventListener("input", (event) => {
    query = event.target.value.trim().toLowerCase();
    const found = query ? leaves.filter((leaf) => leaf.path.toLowerCase().includes(query)) : [];
    $("matches").textContent = query ? count(found.length, "match").replace("matchs", "matches") : "";
    clearTimeout(typing);
    typing = setTimeout(render, leaves.length > 2000 ? 200 : 0);
  });
  $("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      const found = leaves.find((leaf) => query && leaf.path.toLowerCase().includes(query) && enabled[leaf.status]);
      if (found) select(found, true);
    } else if (event.key === "Escape") {
      event.target.value = "";
      event.target.dispatchEvent(new Event("input"));
      map.focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      $("search").focus();
    }
  });

  $("name").textContent = data.name;
  $("build").textContent = data.sentence;
  $("tiles").append(...data.tiles.map((tile) => {
    const item = el("li", {}, el("b", {}, tile.value), el("span", {}, tile.label));
    if (tile.status) item.style.setProperty("--tile", `var(--${tile.status})`);
    return item;
  }));
  $("theme").addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
  });

  // -- details ----------------------------------------------------------------------------------------------------------

  const keyName = (index) => `key ${index + 1}: ${data.keys[index].toml}`;

  function rows(...pairs) {
    return el("dl", {}, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length))
      .flatMap(([term, value]) => [el("dt", {}, term), el("dd", {}, value)]));
  }

  function goTo(path, text) {
    const node = byPath.get(path);
    return node ? el("button", { type: "button", class: "link", onclick: () => { enabled[node.status === undefined ? NONE : node.status] = true; drawLegend(); render(); select(node, true); } }, text || path) : text || path;
  }

  function place(origin) {
    return origin ? [goTo(origin.file), origin.line ? `:${origin.line}` : ""] : "";
  }

  function details(node) {
    const box = $("details");
    box.scrollTop = 0;
    if (!node || node === root) { box.replaceChildren(...overview()); return; }
    if (node.children) { box.replaceChildren(...directory(node)); return; }
    const status = statuses[node.status];
    const fact = node.fact || {};
    const keys = (fact.keys || []).map((index) => el("div", {}, el("code", {}, keyName(index))));
    box.replaceChildren(
      el("h2", { class: "path" }, node.many ? `${node.parent.path}/: ${node.name}` : node.path),
      el("p", { class: "state" }, chip(node.status), status.label),
      el("p", {}, status.help),
      rows(
        ["Why", fact.why], ["Read by", (fact.readers || []).join(", ")], ["At", place(fact.origin)],
        ["Watched by", keys.length ? keys : node.fact && fact.access ? "no key" : ""], ["Role", fact.role], ["Changes", fact.affects],
        ["Analysis", fact.known === true ? "knew it without the trace" : fact.known === false ? "did not know it" : ""], ["Reason", fact.reason],
      ),
      (node.processes || []).length ? el("h3", {}, "Command") : "",
      ...(node.processes || []).slice(0, 3).map((number) => commandOf(number)),
    );
  }

  function commandOf(number) {
    const found = data.processes.find((each) => each.number === number);
    return found ? el("pre", {}, found.command) : "";
  }

  function bars(node) {
    return el("ul", { class: "bars" }, statuses.map((status, place) => node.counts[place] && el("li", {}, chip(place), el("span", {}, status.label), el("b", {}, node.counts[place].toLocaleString("en")))).filter(Boolean));
  }

  function directory(node) {
    return [el("h2", { class: "path" }, `${node.path}/`), el("p", { class: "dim" }, count(total(node), "file")), bars(node),
      node === shown ? "" : el("button", { type: "button", onclick: () => zoom(node) }, "Open")];
  }

  function overview() {
    return [el("h2", {}, data.name), el("p", {}, data.verdict), bars(root),
      el("p", { class: "dim" }, "Each box is a file, each frame a directory. Click a file for who read it and which key watches it, a directory to open it. "
        + "With the keyboard: arrows, Enter, Escape, and / to find.")];
  }

  // -- lists ------------------------------------------------------------------------------------------------------------

  const LIMIT = 300;

  function table(heads, items, row) {
    const body = el("tbody", {});
    const box = el("div", { class: "scroll", tabindex: "0" }, el("table", {}, el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))), body));
    const more = el("button", { type: "button", class: "more", onclick: () => fill(items.length) }, `Show all ${items.length.toLocaleString("en")}`);
    function fill(limit) {
      body.replaceChildren(...items.slice(0, limit).map((item) => el("tr", {}, row(item).map((cell) => cell && cell.tagName === "TD" ? cell : el("td", {}, cell)))));
      more.remove();
      if (limit < items.length) box.after(more);
    }
    const wrapper = el("div", {}, box);
    fill(LIMIT);
    return items.length ? wrapper : el("p", { class: "dim" }, "None.");
  }

  const td = (kind, ...children) => el("td", { class: kind }, ...children);

  function findingsPanel() {
    const nodes = data.findings.map((each) => el("div", { class: `finding ${each.severity}` },
      el("div", {}, el("b", {}, `${each.code} ${each.name}`), ` [${each.severity}, ${each.confidence}]  `, el("span", { class: "dim" }, place(each.origin))),
      el("div", {}, each.message), each.by ? el("div", { class: "dim" }, "by ", el("code", {}, each.by)) : ""));
    if (!nodes.length) nodes.push(el("p", {}, data.verdict));
    for (const sentence of data.notes) nodes.push(el("p", {}, sentence));
    if (data.toml) {
      const block = el("pre", {}, data.toml);
      nodes.push(el("h3", {}, "The whole list, to put into pyproject.toml"), block, el("button", { type: "button", class: "copy", onclick: (event) => {
        const range = document.createRange();
        range.selectNodeContents(block);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        const done = () => { event.target.textContent = "Copied"; };
        if (navigator.clipboard) navigator.clipboard.writeText(data.toml).then(done, () => {}); else if (document.execCommand("copy")) done();
      } }, "Copy"));
    }
    return nodes;
  }

  function filesPanel() {
    const items = leaves.filter((leaf) => leaf.status !== NONE).sort((a, b) => a.status - b.status || (a.path < b.path ? -1 : 1));
    return [table(["File", "State", "Read by", "At", "Keys"], items, (leaf) => [
      td("path", goTo(leaf.path)), td("nowrap", chip(leaf.status), ` ${statuses[leaf.status].label}`), ((leaf.fact || {}).readers || []).join(", "),
      place((leaf.fact || {}).origin), ((leaf.fact || {}).keys || []).map((index) => index + 1).join(", ")])];
  }

  function keysPanel() {
    return [table(["", "Key", "Watches", "Read by the build", "Not read", ""], data.keys, (key) => {
      const set = new Set(leaves.filter((leaf) => leaf.fact && (leaf.fact.keys || []).includes(key.index)));
      const used = [...set].filter((leaf) => ["covered", "unneeded", "commit", "gap", "noise"].includes(statuses[leaf.status].id)).length;
      return [td("number", String(key.index + 1)), el("code", {}, key.toml), key.kind === "file" ? count(set.size, "file") : key.note,
        key.kind === "file" ? td("number", String(used)) : "", key.kind === "file" ? td("number", String(set.size - used)) : "",
        set.size ? el("button", { type: "button", onclick: () => light(set, `Key ${key.index + 1} watches`) }, "Show") : ""];
    }), data.declared ? "" : el("p", { class: "dim" }, "The project declares no cache-keys; these are uv's defaults.")];
  }

  function variablesPanel() {
    return [table(["Variable", "State", "Set", "Read by", "At", "Why"], data.environment, (each) => [
      el("code", {}, each.name), td("nowrap", chip(each.status), ` ${each.state}`), each.is_set ? "yes" : "no", each.readers.join(", "), place(each.origin), each.reason]),
    el("h3", {}, "Git"), table(["Fact", "State", "Why", "By"], data.git, (each) => [each.what, td("nowrap", chip(each.status), ` ${each.state}`), each.reason, el("code", {}, each.by)])];
  }

  function processesPanel() {
    const read = new Map();
    for (const leaf of leaves) for (const number of leaf.processes) {
      if (!read.has(number)) read.set(number, []);
      read.get(number).push(leaf);
    }
    return [table(["", "Program", "Command line", "Files", ""], data.processes, (each) => {
      const files = read.get(each.number) || [];
      return [td("number", String(each.number)), td("nowrap", each.program), el("code", {}, each.command), td("number", files.length ? String(files.length) : ""),
        files.length ? el("button", { type: "button", onclick: () => light(new Set(files), each.program) }, "Show") : ""];
    }), data.more_processes ? el("p", { class: "dim" }, `and ${count(data.more_processes, "further process").replace("processs", "processes")}`) : ""];
  }

  function meter(title, part, whole) {
    const bar = el("i", {});
    bar.style.width = whole ? `${(100 * part) / whole}%` : "100%";
    return [el("div", {}, title, ": ", el("b", {}, whole ? `${part} of ${whole} (${Math.floor((1000 * part) / whole) / 10} %)` : "nothing to compare")), el("div", { class: "meter" }, bar)];
  }

  function agreementPanel() {
    const { files, environment } = data.agreement;
    return [el("div", { class: "columns" },
      el("div", {}, meter("Of the files that the build read, the analysis knew", files.found, files.traced), meter("Of the files that the analysis names, the build used", files.used, files.static)),
      el("div", {}, meter("Of the variables that the build read, the analysis knew", environment.found, environment.traced), meter("Of the variables that the analysis names, the build read", environment.used, environment.static))),
    el("h3", {}, "Only the trace shows these"), table(["Input", "Read by", "At"], data.misses, (each) => [each.file ? goTo(each.what) : each.what, each.readers.join(", "), place(each.origin)]),
    el("h3", {}, "Named by the analysis, but not used in this build"), table(["Input", "Files", "Likely reason", "At"], data.unread, (each) => [each.file ? goTo(each.what) : each.what, td("number", each.files ? String(each.files) : ""), each.reason, place(each.origin)]),
    data.absent.length ? el("h3", {}, "Looked for in vain; no key would notice that they appear") : "",
    ...data.absent.map((each) => el("div", {}, el("code", {}, each.what), "  ", place(each.origin)))];
  }

  function blindPanel() {
    const list = data.blind.map((sentence) => el("li", {}, sentence));
    return [list.length ? el("ul", {}, list) : el("p", { class: "dim" }, "Nothing that the observers know of."),
      el("p", { class: "dim" }, `Observers: ${data.observers.join(", ") || "none"}.`)];
  }

  const panels = [["Findings", findingsPanel, data.findings.length], ["Files", filesPanel, touched], ["Keys", keysPanel, data.keys.length],
    ["Variables and git", variablesPanel, data.environment.length + data.git.length], ["Processes", processesPanel, data.processes.length],
    ["Agreement", agreementPanel, data.misses.length + data.unread.length], ["Not seen", blindPanel, data.blind.length]];

  function openTab(place, focus) {
    panels.forEach((_, each) => {
      const tab = $(`tab${each}`);
      tab.setAttribute("aria-selected", String(each === place));
      tab.tabIndex = each === place ? 0 : -1;
      $(`panel${each}`).hidden = each !== place;
    });
    if (focus) $(`tab${place}`).focus();
  }

  panels.forEach(([title, make, number], place) => {
    const tab = el("button", { type: "button", role: "tab", id: `tab${place}`, "aria-controls": `panel${place}`, onclick: () => openTab(place, false) }, title, number ? el("span", { class: "dim" }, `  ${number.toLocaleString("en")}`) : "");
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) openTab((place + step + panels.length) % panels.length, true);
    });
    $("tabs").append(tab);
    $("panels").append(el("div", { class: "panel", role: "tabpanel", id: `panel${place}`, "aria-labelledby": `tab${place}` }, el("h2", {}, title), make()));
  });

  drawLegend();
  drawBeside();
  openTab(0, false);
  details(null);
  render();
  let pending = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(render);
  }).observe($("picture"));
  document.documentElement.dataset.ready = "true";
})();
