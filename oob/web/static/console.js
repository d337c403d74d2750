// A console as its transcript has it: live, or replayed from any second. It has no way to send anything anywhere.
"use strict";

const place = byId("main").dataset;
const recorded = []; // [seconds since the first event, text, whether it is a mark of oob's and not the device's]
const begun = []; // [second of this page at which a transcript begins, its time since 1970 in seconds]
let shown = 0, isLive = true, offset = 0, playing = null;
let wanted = Number(new URLSearchParams(location.hash.slice(1)).get("at")) / 1000 || null; // a time since 1970 to show

// xterm.js makes style elements, which this page's policy allows with the nonce of this answer alone.
const create = document.createElement.bind(document);
document.createElement = (name, options) => {
  const node = create(name, options);
  if (name === "style") node.setAttribute("nonce", place.nonce);
  return node;
};

// Without xterm.js: the text, with what a terminal would act on left out.
function plain() {
  const node = document.createElement("pre");
  byId("terminal").append(node);
  return {
    write: (text) => node.append(text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|[^\x20-\x7e\n\u00a0-\uffff]/g, "")),
    reset: () => node.replaceChildren(),
  };
}

function terminal() {
  if (!window.Terminal) return plain();
  const made = new window.Terminal({ disableStdin: true, convertEol: false, scrollback: 10000, cols: 100, rows: 30, linkHandler: { activate: () => {} }, screenReaderMode: true });
  made.open(byId("terminal"));
  return made;
}

const screen = terminal();

function end() {
  return recorded.length ? recorded[recorded.length - 1][0] : 0;
}

function move(second) {
  if (shown > 0 && (shown > recorded.length || recorded[shown - 1][0] > second)) {
    screen.reset();
    shown = 0;
  }
  while (shown < recorded.length && recorded[shown][0] <= second) {
    const [, text, isMark] = recorded[shown];
    if (isMark) say(byId("note"), text);
    else screen.write(text);
    shown += 1;
  }
  byId("at").max = end();
  byId("at").value = second;
  say(byId("second"), `${second.toFixed(1)} of ${end().toFixed(1)} s`);
}

// The second of this page at which it was so late; before the first transcript, its beginning.
function secondOf(time) {
  const [second, since] = begun.filter(([, one]) => one <= time).pop() || begun[0] || [0, time];
  return Math.min(end(), Math.max(second, second + time - since));
}

function stop() {
  wanted = null;
  if (playing) cancelAnimationFrame(playing);
  playing = null;
  say(byId("play"), "Play");
}

function play() {
  isLive = false;
  wanted = null;
  const from = Number(byId("at").value) >= end() ? 0 : Number(byId("at").value);
  const began = performance.now();
  say(byId("play"), "Stop");
  const step = () => {
    const second = from + (performance.now() - began) / 1000;
    move(Math.min(second, end()));
    if (second < end()) playing = requestAnimationFrame(step);
    else stop();
  };
  playing = requestAnimationFrame(step);
}

byId("play").addEventListener("click", () => (playing ? stop() : play()));
byId("live").addEventListener("click", () => {
  stop();
  isLive = true;
  move(end());
});
byId("at").addEventListener("input", () => {
  stop();
  isLive = false;
  move(Number(byId("at").value));
});

const source = new EventSource(place.stream);
source.onopen = () => {
  say(byId("line"), "live");
  recorded.length = begun.length = 0;
  screen.reset();
  shown = 0;
};
source.onerror = () => say(byId("line"), "connection lost, trying again: this is as it was");
source.onmessage = (event) => {
  for (const one of JSON.parse(event.data)) {
    if (!Array.isArray(one)) begun.push([(offset = end()), one.timestamp || 0]);
    else if (one[1] === "o" || one[1] === "m") recorded.push([offset + one[0], one[2], one[1] === "m"]);
  }
  if (wanted) {
    isLive = false;
    move(secondOf(wanted));
  } else if (isLive) move(end());
};
