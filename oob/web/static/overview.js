// The overview: a cell for each run, with its word, its percent and the deadline of its revert timer.
"use strict";

function cell() {
  const node = make("li", "panel cell");
  const link = make("a", "name");
  const word = make("div", "word");
  const mark = make("span", "mark");
  mark.setAttribute("aria-hidden", "true");
  word.append(mark, make("span", "verdict"));
  node.append(link, word, make("div", "numbers"), make("div", "small doing"), make("div", "small soft about"));
  return node;
}

function showCell(node, band) {
  const kind = tone(band.verdict);
  node.className = `panel cell ${kind}`;
  const link = node.querySelector(".name");
  say(link, band.device);
  link.href = `/runs/${encodeURIComponent(band.run)}`;
  say(node.querySelector(".mark"), SHAPES[kind]);
  say(node.querySelector(".verdict"), band.verdict);
  const numbers = [];
  if (!band.over && band.percent !== null) numbers.push(`${band.percent} %`);
  if (!band.over && band.left) numbers.push(`about ${duration(band.left)} left`);
  if (band.deadline) numbers.push(`reverts in ${countdown((Date.parse(band.deadline) - Date.now()) / 1000)}`);
  if (band.attempt.length && !band.over) numbers.push(`attempt ${band.attempt[0]} of ${band.attempt[1]}`);
  say(node.querySelector(".numbers"), numbers.join(" · "));
  say(node.querySelector(".doing"), band.doing);
  say(node.querySelector(".about"), `${band.began.slice(0, 19).replace("T", " ")}Z by ${band.by}`);
}

function showConsole(node, [device, holder]) {
  const texts = [device, holder.operator, holder.host, holder.since.slice(11, 16) + "Z"];
  [...node.children].forEach((cellNode, index) => say(cellNode, texts[index]));
}

function consoleRow() {
  const node = make("tr");
  for (let index = 0; index < 4; index += 1) node.append(make("td"));
  return node;
}

function transcript() {
  const node = make("li");
  node.append(make("a"));
  return node;
}

function showTranscript(node, name) {
  say(node.firstChild, name);
  node.firstChild.href = `/transcripts/${encodeURIComponent(name)}`;
}

const CELLS = { proven: "●", failed: "■", "in progress": "▶", next: "○", skipped: "–", "neighbour down": "▲" };

function fleet() {
  const node = make("div", "panel");
  const waves = make("div", "waves");
  waves.append(draw("svg", { class: "cables", "aria-hidden": "true" }), make("div", "wave-columns"));
  node.append(make("h2"), make("p", "small soft"), waves, make("ul", "shares"));
  return node;
}

function showFleet(node, [name, one]) {
  const kind = tone(one.verdict);
  say(node.querySelector("h2"), `Fleet ${name}: ${SHAPES[kind]} ${one.verdict}`);
  const cells = one.waves.flatMap((wave) => Object.values(wave));
  const done = cells.filter(([state]) => state === "proven").length;
  say(node.querySelector("p"), `${done} of ${cells.length} proven, wave ${one.wave || 1} of ${one.waves.length}${one.why ? `: ${one.why}` : ""}`);
  const items = one.waves.map((wave, index) => [String(index), [index, wave, one.needs]]);
  fill(node.querySelector(".wave-columns"), items, () => make("ol", "ladder"), showWave);
  fill(node.querySelector(".shares"), Object.entries(one.shared).map((each) => [each[0], each]), share, showShare);
  showCables(node.querySelector(".waves"), one.needs);
}

function showWave(node, [index, wave, needs]) {
  node.setAttribute("aria-label", `wave ${index + 1}`);
  fill(node, Object.entries(wave).map((one) => [one[0], [...one, needs[one[0]] || []]]), member, showMember);
}

function member() {
  const item = make("li");
  item.append(make("a"), make("div", "small soft"));
  return item;
}

function showMember(node, [name, [state, run], needed]) {
  node.className = state.replace(" ", "-");
  say(node.firstChild, `${CELLS[state]} ${name} ${state}`);
  if (run) node.firstChild.href = `/runs/${encodeURIComponent(run)}`;
  say(node.lastChild, needed.length ? `after ${needed.join(", ")}` : "");
}

function share() {
  const node = make("li", "small");
  const bar = draw("svg", { "aria-hidden": "true" });
  bar.append(draw("rect", { width: "100%" }), draw("rect", { class: "used" }));
  node.append(make("span"), bar);
  return node;
}

function showShare(node, [name, [used, cap]]) {
  say(node.firstChild, `${name.replace(":", " ")}: ${used} of ${cap} in use`);
  node.querySelector(".used").setAttribute("width", `${Math.min(100, 100 * used / Math.max(cap, 1))}%`);
}

// A cable from each device to those that wait for it, where its cell stands; on a phone the words beside it are enough. One
// that passes a wave begins below its cell, and goes below the cells between.
function showCables(waves, needs) {
  const cables = waves.querySelector(".cables");
  const from = waves.getBoundingClientRect();
  const cells = new Map([...waves.querySelectorAll("li")].map((node) => [node.dataset.key, node.getBoundingClientRect()]));
  const found = [];
  for (const [name, needed] of Object.entries(needs)) {
    for (const one of needed) {
      const [start, end] = [cells.get(one), cells.get(name)];
      if (!start || !end || end.left < start.right) continue;
      const [x2, y2] = [end.left - from.left, end.top + end.height / 2 - from.top];
      const isNear = end.left - start.right < 96;
      const [x1, y1] = isNear ? [start.right - from.left, start.top + start.height / 2 - from.top] : [start.left + 16 - from.left, start.bottom - from.top];
      const bend = isNear ? `${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2}` : `${x1} ${y1 + 64} ${x2 - 64} ${y2 + 32}`;
      found.push([`${one} ${name}`, `M${x1} ${y1}C${bend} ${x2} ${y2}`]);
    }
  }
  fill(cables, found, () => draw("path", {}), (node, d) => node.setAttribute("d", d));
}

follow("/events", (state) => {
  const runs = Object.entries(state.runs || {}).sort(([one], [other]) => (one < other ? 1 : -1));
  const fleets = Object.entries(state.fleets || {}).sort(([one], [other]) => (one < other ? 1 : -1));
  fill(byId("fleets"), fleets.map((one) => [one[0], one]), fleet, showFleet);
  const going = runs.filter(([, band]) => !band.over);
  fill(byId("now"), going, cell, showCell);
  fill(byId("past"), runs.filter(([, band]) => band.over), cell, showCell);
  byId("none").hidden = going.length > 0;
  const consoles = Object.entries(state.consoles || {});
  byId("unrecorded").hidden = (state.transcripts || []).length > 0;
  byId("recorded").hidden = !byId("unrecorded").hidden;
  fill(byId("transcripts"), (state.transcripts || []).map((one) => [one, one]), transcript, showTranscript);
  byId("free").hidden = consoles.length > 0;
  fill(byId("consoles"), consoles.map((one) => [one[0], one]), consoleRow, showConsole);
});
