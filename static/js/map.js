// Zooms, drags and re-clusters a map, and shows a chosen place beside it; without this script its links do the same.
// Clusters and names are found as in coalition/maps.py, for the width that the map really has.
const COLUMNS = 75, MEETING = 28, APART = 26, DEEPEST = 32, FINE_FROM = 3, LETTER = 6.7, STEP = 60; // stones and pixels

const map = document.querySelector("[data-map]");
const svg = map.querySelector("svg"), ground = svg.querySelector("[data-pins]"), land = svg.querySelector(".land");
const zooms = map.querySelectorAll("[data-zoom]");
let view = whole(), pins = [], pixel = 1, drawn = 0;

// --- what is on the map: the items of the list ---

function readPins() {
  pins = [...document.querySelectorAll("[data-pin]:not([data-pin=''])")].map((item) => {
    const [x, y] = item.dataset.pin.split(" ").map(Number), link = item.querySelector("a");
    const { name, size, words, kind } = item.dataset;
    const isChosen = link.hasAttribute("aria-current");
    return { x, y, name, words, kind, size: +size, href: link.getAttribute("href"), isChosen };
  });
  pins.sort((a, b) => b.isChosen - a.isChosen || b.size - a.size || (a.name < b.name ? -1 : 1));
}

function marks() {
  const groups = [], near = view.size / 2;
  for (const pin of pins.filter(({ x, y }) => Math.max(Math.abs(x - view.x), Math.abs(y - view.y)) <= near)) {
    const home = groups.find(([first]) => Math.hypot(first.x - pin.x, first.y - pin.y) < MEETING * pixel);
    if (home) home.push(pin);
    else groups.push([pin]);
  }
  const all = view.zoom < DEEPEST ? groups.map((group) => ({ ...group[0], group })) : groups.flatMap(sideBySide);
  return nameSides(all).sort((a, b) => a.y - b.y || a.x - b.x);
}

function sideBySide(group) {
  const columns = Math.ceil(Math.sqrt(group.length)), { x, y } = group[0], step = APART * pixel;
  return group.map((pin, n) => ({ ...pin, x: x + (n % columns) * step, y: y + Math.floor(n / columns) * step, group: [pin] }));
}

function nameSides(all) {
  const left = view.x - view.size / 2, right = left + view.size;
  const box = (x, y, start, end, reach) => [x + start * pixel, y - reach * pixel, x + end * pixel, y + reach * pixel];
  const meet = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const taken = all.map(({ x, y, group }) => (group.length > 1 ? box(x, y, -12, 12, 12) : box(x, y, -8, 8, 8)));
  for (const mark of all) {
    mark.gap = mark.group.length > 1 ? 14 : 10;
    const width = mark.name.length * LETTER + 4;
    for (const [side, start] of [["right", mark.gap], ["left", -mark.gap - width]]) {
      const name = box(mark.x, mark.y, start, start + width, 8);
      if (name[0] < left || name[2] > right || taken.some((other) => meet(name, other))) continue;
      mark.side = side;
      taken.push(name);
      break;
    }
  }
  return all;
}

// --- drawing ---

function draw() {
  if (!svg.clientWidth) return;  // not laid out yet; the observer below calls again
  pixel = view.size / svg.clientWidth;
  cancelAnimationFrame(drawn);
  drawn = requestAnimationFrame(() => {
    const focused = ground.contains(document.activeElement) && document.activeElement.dataset.first;
    svg.setAttribute("viewBox", [view.x - view.size / 2, view.y - view.size / 2, view.size, view.size].join(" "));
    land.setAttribute("href", land.getAttribute("href").replace(/#.*/, view.zoom < FINE_FROM ? "#land" : "#land-fine"));
    ground.replaceChildren(...marks().map(drawMark));
    map.toggleAttribute("data-near", view.zoom > 1);
    for (const link of zooms) link.hidden = +link.dataset.zoom > 1 ? view.zoom >= DEEPEST : view.zoom <= 1;
    if (focused !== false) focusOn(focused);
  });
}

function drawMark(mark) {
  const isCluster = mark.group.length > 1, count = mark.group.reduce((sum, pin) => sum + pin.size, 0);
  const filled = { count, places: mark.group.length, name: mark.name };
  const words = isCluster ? map.dataset.cluster.replace(/{(\w+)}/g, (_, word) => filled[word]) : mark.words;
  const link = element("a", {
    class: `pin ${isCluster ? "cluster" : mark.kind}`, href: mark.href, "aria-label": words,
    transform: `translate(${mark.x} ${mark.y}) scale(${pixel})`, "data-first": mark.href,
  });
  if (mark.isChosen) link.setAttribute("aria-current", "true");
  link.append(element("rect", { class: "hit" }), element("rect", { class: "stone" }));
  if (mark.side) link.append(element("text", { class: mark.side, x: mark.side === "right" ? mark.gap : -mark.gap, y: 4 }, mark.name), " ");
  if (isCluster) {
    link.setAttribute("href", address(over(mark.group)));
    link.append(element("text", { class: "n", y: 4.5 }, mark.group.length));
    link.addEventListener("click", (event) => opened(event, mark.group));
  }
  return link;
}

function element(name, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

// To the same stone, or the map itself where it is out of sight.
function focusOn(first) {
  ([...ground.children].find((link) => link.dataset.first === first) ?? svg).focus({ preventScroll: true });
}

// --- moving ---

function whole() {
  return around(COLUMNS / 2, COLUMNS / 2, 1);
}

function around(x, y, zoom) {
  zoom = Math.min(Math.max(zoom, 1), DEEPEST);
  const size = COLUMNS / zoom, inside = (value) => Math.min(Math.max(value, size / 2), COLUMNS - size / 2);
  return { x: inside(x), y: inside(y), zoom, size };
}

// The nearest view of these pins, twice as near as the present one at least.
function over(group) {
  const xs = group.map((pin) => pin.x), ys = group.map((pin) => pin.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const extent = Math.max(right - left, bottom - top, COLUMNS / DEEPEST / 2);
  const fitting = 2 ** Math.floor(Math.log2((COLUMNS * 0.75) / extent));
  return around((left + right) / 2, (top + bottom) / 2, Math.max(fitting, view.zoom * 2));
}

function address({ x, y, zoom }, href = location.href) {
  const url = new URL(href, location.href);
  url.searchParams.delete("near");
  if (zoom > 1) url.searchParams.set("near", [x.toFixed(2), y.toFixed(2), +zoom.toFixed(2)].join());
  return url.href;
}

let waiting;
function move(next) {
  view = next;
  draw();
  clearTimeout(waiting); // browsers allow few changes of the address in a short time
  waiting = setTimeout(() => history.replaceState(null, "", address(view)), 300);
}

function opened(event, group) {
  if (isForElsewhere(event)) return;
  event.preventDefault();
  view = over(group);
  history.pushState(null, "", address(view));
  draw();
}

// Nearer or farther, so that the same place stays under the pointer.
function zoom(factor, x = view.x, y = view.y) {
  const { zoom } = around(0, 0, view.zoom * factor), part = view.zoom / zoom;
  move(around(x + (view.x - x) * part, y + (view.y - y) * part, zoom));
}

function placeUnder({ clientX, clientY }) {
  const { left, top } = svg.getBoundingClientRect();
  return [view.x - view.size / 2 + (clientX - left) * pixel, view.y - view.size / 2 + (clientY - top) * pixel];
}

for (const link of zooms) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (+link.dataset.zoom) zoom(+link.dataset.zoom);
    else move(whole());
  });
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NEARER = { "+": 2, "=": 2, "-": 0.5 };
map.addEventListener("keydown", (event) => {
  const { key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || !(key in ARROWS || key in NEARER)) return;
  if (key in ARROWS && view.zoom === 1) return; // nothing to see beyond: the arrows scroll the page
  event.preventDefault();
  if (key in NEARER) zoom(NEARER[key]);
  else move(around(view.x + ARROWS[key][0] * STEP * pixel, view.y + ARROWS[key][1] * STEP * pixel, view.zoom));
});

// A wheel scrolls the page, unless somebody went into the map or pinches a touchpad.
svg.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && document.activeElement !== svg) return;
  event.preventDefault();
  zoom(2 ** (-event.deltaY / (event.ctrlKey ? 80 : 300)), ...placeUnder(event));
}, { passive: false });

const fingers = new Map();
let dragged = 0;
svg.addEventListener("pointerdown", (event) => {
  fingers.set(event.pointerId, event);
  dragged = 0;
});
addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
  fingers.set(event.pointerId, event);
  dragged += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
  if (other) zoom(distance(event, other) / distance(before, other), ...placeUnder(other));
  else if (dragged > 4) move(around(view.x - (event.clientX - before.clientX) * pixel, view.y - (event.clientY - before.clientY) * pixel, view.zoom));
});
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, (event) => fingers.delete(event.pointerId));
svg.addEventListener("dragstart", (event) => event.preventDefault());
svg.addEventListener("click", (event) => dragged > 4 && (event.preventDefault(), event.stopPropagation()), true);

function distance(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
}

// --- choosing ---

function isForElsewhere(event) {
  return event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
}

// The panel of the page at this address, in the place of the present one.
async function showPanel(href) {
  const page = new DOMParser().parseFromString(await (await fetch(href)).text(), "text/html");
  const panel = page.querySelector("[data-panel]");
  if (!panel) throw new Error("no panel");
  document.querySelector("[data-panel]").replaceWith(panel);
  readPins();
  draw();
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest(".pin:not(.cluster), [data-pin] a");
  if (!link || event.defaultPrevented || isForElsewhere(event) || !document.querySelector("[data-panel]")) return;
  event.preventDefault();
  const href = address(view, link.getAttribute("href"));
  try {
    await showPanel(href);
    history.pushState(null, "", href);
    document.getElementById("chosen").focus();
  } catch {
    location.assign(href); // then as without script
  }
});

addEventListener("popstate", async () => {
  readView();
  draw();
  if (document.querySelector("[data-panel]")) await showPanel(location.href).catch(() => location.reload());
});

function readView() {
  const near = (new URLSearchParams(location.search).get("near") ?? "").split(",").map(Number);
  view = near.length === 3 && near.every(Number.isFinite) ? around(...near) : whole();
}

// --- beginning ---

map.toggleAttribute("data-live", true);
svg.setAttribute("tabindex", "0");
readPins();
readView();
new ResizeObserver(draw).observe(svg);
