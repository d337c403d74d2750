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
  node.append(make("h2"), make("p", "small soft"), make("div", "waves"));
  return node;
}

function showFleet(node, [name, one]) {
  const kind = tone(one.verdict);
  say(node.querySelector("h2"), `Fleet ${name}: ${SHAPES[kind]} ${one.verdict}`);
  const cells = one.waves.flatMap((wave) => Object.values(wave));
  const done = cells.filter(([state]) => state === "proven").length;
  say(node.querySelector("p"), `${done} of ${cells.length} proven, wave ${one.wave || 1} of ${one.waves.length}${one.why ? `: ${one.why}` : ""}`);
  fill(node.querySelector(".waves"), one.waves.map((wave, index) => [String(index), [index, wave]]), () => make("ol", "ladder"), showWave);
}

function showWave(node, [index, wave]) {
  node.setAttribute("aria-label", `wave ${index + 1}`);
  fill(node, Object.entries(wave).map((one) => [one[0], one]), () => { const item = make("li"); item.append(make("a")); return item; }, showMember);
}

function showMember(node, [name, [state, run]]) {
  node.className = state.replace(" ", "-");
  say(node.firstChild, `${CELLS[state]} ${name} ${state}`);
  if (run) node.firstChild.href = `/runs/${encodeURIComponent(run)}`;
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
  fill(byId("transcripts"), (state.transcripts || []).map((one) => [one, one]), transcript, showTranscript);
  byId("free").hidden = consoles.length > 0;
  fill(byId("consoles"), consoles.map((one) => [one[0], one]), consoleRow, showConsole);
});
