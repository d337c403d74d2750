// What both pages share: the stream of changes, and text that is only ever text.
"use strict";

const SHAPES = { good: "●", bad: "■", warn: "▲", "": "▶" };
const TONES = {
  PROVEN: "good", "NOT PROVEN": "bad", STOPPED: "bad", "PUT BACK": "bad",
  "NEIGHBOUR DOWN": "warn", "PATH LOST": "warn", PAUSED: "warn", REVERTED: "warn",
};
const RETRY = 1000; // milliseconds between two tries to reach the server again

const byId = (id) => document.getElementById(id);
const tone = (verdict) => TONES[verdict] || "";

// Sets a text only where it changes, so that nothing is laid out or read aloud again for nothing.
function say(node, text) {
  const shown = text === undefined || text === null ? "" : String(text);
  if (node.textContent !== shown) node.textContent = shown;
}

function make(name, classes, text) {
  const node = document.createElement(name);
  if (classes) node.className = classes;
  if (text !== undefined) say(node, text);
  return node;
}

function draw(name, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) say(node, text);
  return node;
}

// Makes the children of `parent` fit `items`: a node for each key stays that of the key.
function fill(parent, items, build, update) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const [key, item] of items) {
    let node = known.get(key);
    known.delete(key);
    if (!node) {
      node = build(item);
      node.dataset.key = key;
    }
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
    update(node, item);
  }
  for (const node of known.values()) node.remove();
}

function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

function countdown(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function apply(state, changes) {
  for (const [path, ...value] of changes) {
    let at = state;
    for (const key of path.slice(0, -1)) at = at[key];
    const last = path[path.length - 1];
    if (value.length) at[last] = value[0];
    else if (Array.isArray(at)) at.splice(last, 1);
    else delete at[last];
  }
}

// Follows `address` and calls `show` with the state after each event; a lost server is tried for until it is back.
function follow(address, show) {
  let state = null;
  const source = new EventSource(address);
  const line = byId("line");
  source.onopen = () => say(line, "live");
  source.addEventListener("whole", (event) => {
    state = JSON.parse(event.data);
    show(state);
  });
  source.onmessage = (event) => {
    apply(state, JSON.parse(event.data));
    show(state);
  };
  source.onerror = () => {
    say(line, "connection lost, trying again: this is as it was");
    if (source.readyState !== EventSource.CLOSED) return;
    clearInterval(ticking);
    setTimeout(() => follow(address, show), RETRY);
  };
  const tick = () => {
    const now = new Date();
    say(byId("clock"), now.toISOString().slice(11, 19) + "Z");
    byId("clock").title = now.toLocaleString();
    if (state) show(state);
  };
  const ticking = setInterval(tick, 1000);
  tick();
}
