// One run: its band, its ladder, its bars on one time axis, and the four tiles.
"use strict";

const LANES = [["work", "work"], ["proof", "prove"], ["path", "path"], ["traffic", "bytes/s"], ["timer", "timer"], ["message", "messages"]];
const ROW = 32, AXIS = 24, MOST = 8;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
const MARKS = { proven: "●", failed: "■", "in progress": "▶", next: "○", skipped: "–", "not needed": "–", "neighbour down": "▲" };

function showBand(band) {
  const kind = tone(band.verdict);
  byId("band").className = `band ${kind}`;
  say(byId("mark"), SHAPES[kind]);
  say(byId("verdict"), band.verdict);
  say(byId("doing"), band.doing);
  say(byId("percent"), band.percent === null ? "" : `${band.percent} %`);
  const late = band.left === 0 ? "longer than expected" : `about ${duration(band.left || 0)} left`;
  say(byId("left"), band.over || band.left === null ? "" : late);
  byId("meter").setAttribute("width", `${band.percent || 0}%`);
  const until = band.deadline ? (Date.parse(band.deadline) - Date.now()) / 1000 : null;
  say(byId("deadline"), until === null ? "" : countdown(until));
  say(byId("reverts"), until === null ? "" : until > 0 ? "until the device reverts" : "the revert is due");
  byId("deadline").classList.toggle("last-minute", until !== null && until < 60);
  document.title = `${band.verdict} ${band.device}`;
}

function rung() {
  const node = make("li");
  node.append(make("div", "state"), make("div", "title"), make("div", "small soft clamp reason"));
  return node;
}

function showRung(node, one) {
  node.className = one.state.replace(" ", "-");
  say(node.querySelector(".state"), `${MARKS[one.state] || ""} ${one.number ? `${one.number} ` : ""}${one.state}`);
  say(node.querySelector(".title"), `${one.phase === "put-back" ? "put back: " : ""}${one.title}`);
  const reason = one.state === "next" || one.state === "not needed" ? "" : one.reason;
  say(node.querySelector(".reason"), reason);
  node.querySelector(".reason").title = reason;
}

// A bar leads to the transcript at its time. Nodes stay those of their bars, so that one with the focus keeps it.
function barNode(bar) {
  if (bar.lane === "message") {
    const dot = draw("circle", { r: 4 });
    dot.append(draw("title", {}));
    return dot;
  }
  const link = draw("a", {});
  const box = draw("svg", { height: 24 });
  box.append(draw("rect", { x: 0.5, y: 0.5, width: "100%", height: 23, rx: 2 }), draw("text", { x: 6, y: 16, class: "inside" }), draw("title", {}));
  link.append(box);
  return link;
}

function showBar(node, { bar, row, at, total, began }) {
  const end = bar.end === null ? at : bar.end;
  const x = `${100 * bar.start / total}%`, width = 100 * (end - bar.start) / total, y = row * ROW + 4;
  if (bar.lane === "message") {
    node.setAttribute("cx", x);
    node.setAttribute("cy", y + 12);
    say(node.querySelector("title"), bar.text);
    return;
  }
  const box = node.firstChild;
  const state = bar.state === "done" && bar.name === "confirm" ? "proven" : bar.state;
  for (const [key, value] of Object.entries({ x, y, width: `${Math.max(width, 0.3)}%`, class: state })) box.setAttribute(key, value);
  say(box.querySelector("text"), width > 4 ? bar.name : "");
  const text = `${bar.name}: ${bar.text} (${duration(end - bar.start)}, ${bar.state})`;
  say(box.querySelector("title"), text);
  node.setAttribute("aria-label", `${text}; transcript at that time`);
  node.setAttribute("href", `/runs/${encodeURIComponent(byId("run").dataset.run)}/console#at=${Math.round(began + 1000 * bar.start)}`);
}

function tick() {
  const node = draw("g", {});
  node.append(draw("line", { class: "rule", y1: 0, y2: LANES.length * ROW }), draw("text", { class: "axis", y: LANES.length * ROW + AXIS - 8 }));
  return node;
}

function showTick(node, [at, total]) {
  const x = `${100 * at / total}%`;
  node.firstChild.setAttribute("x1", x);
  node.firstChild.setAttribute("x2", x);
  node.lastChild.setAttribute("x", x);
  say(node.lastChild, duration(at));
}

function buildChart() {
  const height = LANES.length * ROW + AXIS;
  const names = draw("svg", { class: "timeline", height });
  LANES.forEach(([, name], row) => names.append(draw("text", { x: 0, y: row * ROW + 20 }, name)));
  const chart = draw("svg", { class: "timeline", height, role: "group", "aria-labelledby": "timeline-title" });
  chart.append(draw("g", { id: "ticks" }), draw("g", { id: "traffic" }), draw("g", { id: "bars" }));
  byId("timeline").append(names, chart);
}

// The line's bytes a second as an area below the path that carried them; its height is the busiest portion.
function showTraffic({ width, bytes }, total) {
  const most = Math.max(...bytes, 1);
  const place = byId("traffic");
  if (!place.firstChild) {
    const box = draw("svg", { y: LANES.findIndex(([lane]) => lane === "traffic") * ROW + 4, width: "100%", height: 24, viewBox: "0 0 1000 24", preserveAspectRatio: "none" });
    box.append(draw("path", {}), draw("title", {}));
    place.append(box);
  }
  const points = bytes.map((count, index) => {
    const [from, to] = [index, index + 1].map((one) => (1000 * Math.min(one * width, total) / total).toFixed(1));
    const y = (24 - 24 * count / most).toFixed(1);
    return `L${from} ${y}L${to} ${y}`;
  });
  place.querySelector("path").setAttribute("d", bytes.length ? `M0 24${points.join("")}L1000 24Z` : "");
  say(place.querySelector("title"), bytes.length ? `${Math.round(most / width)} bytes a second at most` : "");
}

function showTimeline(state, at) {
  if (!byId("ticks")) buildChart();
  const total = Math.max(at, 1), began = Date.parse(state.band.began);
  const days = 86400 * (Math.floor(total / 86400 / MOST) + 1);
  const step = STEPS.find((one) => total / one <= MOST) || days;
  const ticks = [];
  for (let one = 0; one <= total; one += step) ticks.push([String(one), [one, total]]);
  fill(byId("ticks"), ticks, tick, showTick);
  const bars = LANES.flatMap(([lane], row) => ((state.bars || {})[lane] || []).map((bar, index) => [`${lane} ${index}`, { bar, row, at, total, began }]));
  showTraffic(state.traffic, total);
  fill(byId("bars"), bars, (one) => barNode(one.bar), showBar);
}

function showTile(node, tile) {
  node.classList.toggle("alert", tile.alert_since !== null);
  if (!node.firstChild) {
    const line = draw("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" });
    line.append(draw("line", { x1: 0, x2: 100, y1: 50, y2: 50 }), draw("polyline", { points: "" }));
    node.append(make("div", "small soft name"), make("div", "value"), line, make("div", "small base"));
  }
  say(node.querySelector(".name"), tile.name);
  say(node.querySelector(".value"), tile.text);
  const alert = tile.alert_since === null ? tile.baseline : `▲ ALERT for ${duration(Math.max(0, NOW - tile.alert_since))}; ${tile.baseline}`;
  say(node.querySelector(".base"), alert);
  const rises = tile.name === "error rate";
  node.querySelector("line").setAttribute("y1", rises ? 96 : 4 + (tile.name === "progress" ? 46 : 0));
  node.querySelector("line").setAttribute("y2", rises ? 96 : 4 + (tile.name === "progress" ? 46 : 0));
  const span = Math.max(1, NOW), most = tile.name === "progress" ? 200 : 100;
  const points = tile.samples.map(([at, percent]) => [100 * at / span, 96 - 92 * Math.min(percent, most) / most]);
  if (points.length) points.push([100, points[points.length - 1][1]]);
  node.querySelector("polyline").setAttribute("points", points.map((point) => point.map((one) => one.toFixed(1)).join(",")).join(" "));
}

function line(one) {
  const node = make("li");
  node.append(make("span", "time"), " ", make("span", "code"), make("span", "text"));
  return node;
}

function showLine(node, one) {
  say(node.querySelector(".time"), one.utc.slice(-8));
  say(node.querySelector(".code"), one.code || "");
  node.querySelector(".code").className = `code ${{ OK: "good", FAIL: "bad", WARN: "warn" }[one.code] || ""}`;
  say(node.querySelector(".text"), one.text);
}

// Asks the run for something; the run and its policy decide, and the journal shows what came of it.
async function tell(what, question) {
  const body = new URLSearchParams({ do: what, question: question || "" });
  const answer = await fetch(`/runs/${encodeURIComponent(byId("run").dataset.run)}/tell`, { method: "POST", body });
  say(byId("told"), answer.ok ? `${what}: written down, the run reads it` : await answer.text());
}

function showQuestion(question) {
  const box = byId("question");
  box.hidden = !question.text;
  box.dataset.number = question.number || "";
  say(byId("asked"), question.text);
  const left = question.until ? (Date.parse(question.until) - Date.now()) / 1000 : 0;
  say(byId("window"), question.text ? `${countdown(left)} left, then: ${question.silence}` : "");
  const confirms = (question.text || "").endsWith("Confirm it on the device?");
  if (!byId("yes")) return;
  say(byId("yes"), confirms ? "Confirm" : "Yes");
  say(byId("no"), confirms ? "Let it revert" : "No");
}

if (byId("pause")) {
  byId("pause").addEventListener("click", () => tell("pause"));
  byId("yes").addEventListener("click", () => tell("yes", byId("question").dataset.number));
  byId("no").addEventListener("click", () => tell("no", byId("question").dataset.number));
}

function causeNode() {
  const node = make("li");
  const fold = make("details");
  fold.append(make("summary"), make("code"));
  node.append(fold);
  return node;
}

function showCause(node, [cause, prefixes]) {
  say(node.querySelector("summary"), cause);
  say(node.querySelector("code"), prefixes.join(" ") || "no prefix is named");
}

function sideRow() {
  const node = make("div", "sides");
  node.append(make("pre"), make("pre"));
  return node;
}

function showDifference(found) {
  const shown = found.cut ? `; the first ${found.rows.length} rows are shown` : "";
  const critical = found.critical.length ? ` Critical prefixes without a route: ${found.critical.join(", ")}.` : "";
  say(byId("differing"), `${found.lines ? `${found.lines} lines differ${found.rows.length ? shown : ""}.` : "No line differs in the last reading."}${critical}`);
  byId("difference").hidden = !found.rows.length;
  fill(byId("rows"), found.rows.map((row, index) => [String(index), row]), sideRow, (node, [section, device, wanted]) => {
    node.firstChild.className = device ? "minus" : "";
    node.lastChild.className = wanted ? "plus" : "";
    say(node.firstChild, device ? `- ${device}` : "");
    say(node.lastChild, wanted ? `+ ${wanted}` : "");
    node.title = section;
  });
}

let NOW = 0, seen = null, seenAt = 0, drawn = "";

follow(`/events/${encodeURIComponent(byId("run").dataset.run)}`, (state) => {
  if (!state.band) return;
  if (state.at !== seen) [seen, seenAt] = [state.at, Date.now()];
  NOW = state.at + (state.band.over ? 0 : (Date.now() - seenAt) / 1000);
  showBand(state.band);
  showQuestion(state.question || {});
  if (byId("pause")) byId("pause").disabled = state.band.over;
  say(byId("damage"), state.damage && `The journal is damaged; this is what stands before the damage: ${state.damage}`);
  byId("damage").hidden = !state.damage;
  fill(byId("ladder"), state.ladder.map((one) => [`${one.phase} ${one.strategy}`, one]), rung, showRung);
  const now = JSON.stringify([state.bars, state.traffic, Math.round(NOW)]);
  if (now !== drawn) showTimeline(state, NOW);
  drawn = now;
  for (const tile of Object.values(state.tiles)) showTile(byId(`tile-${tile.name.replace(" ", "-")}`), tile);
  fill(byId("log"), Object.entries(state.said).sort(([one], [other]) => one - other), line, showLine);
  const prefixes = state.difference.prefixes;
  fill(byId("causes"), state.causes.map((cause, index) => [String(index), [cause, prefixes[index] || []]]), causeNode, showCause);
  showDifference(state.difference);
  const lacks = Object.entries(state.missing).filter(([, count]) => count).map(([name, count]) => `${count} ${name}`);
  say(byId("missing"), lacks.length ? `Last reading, against the baseline: ${lacks.join(", ")} differ or are missing.` : "Nothing is missing in the last reading.");
  say(byId("count"), `${state.messages.length} messages of this run`);
  const queued = Object.entries(state.queued).map(([name, count]) => `${name}: ${count ? `${count} waiting` : "all sent"}`);
  say(byId("queued"), queued.length ? queued.join(" · ") : "No channel: notify.yaml names none.");
  fill(byId("messages"), state.messages.map((one, index) => [String(index), one]), line, showLine);
});
