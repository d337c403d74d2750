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

follow("/events", (state) => {
  const runs = Object.entries(state.runs || {}).sort(([one], [other]) => (one < other ? 1 : -1));
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
