// Two ticked rows beside each other: what differs in their settings, by how much their numbers do, where each loses AP.
"use strict";
(() => {
  const place = document.querySelector(".compare");
  if (!told || !place) return;
  const words = document.body.dataset;
  const rows = document.querySelectorAll("table.experiments tbody tr[id]");
  const LONGEST = 24; // characters of a value
  let ticked = [];

  const difference = (one, other) => {
    const [a, b] = [Number(one), Number(other)];
    if (one === "" || other === "" || Number.isNaN(a) || Number.isNaN(b)) return "";
    return `${b < a ? "−" : "+"}${Number(Math.abs(b - a).toPrecision(4))}`;
  };
  const points = (more) => (Math.abs(more) < 0.05 ? "0.0" : `${more < 0 ? "−" : "+"}${Math.abs(more).toFixed(1)}`);
  const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text || "–");
  const table = (caption, names, lines) => {
    const head = make("tr", {}, make("td"), ...[...names, "Δ"].map((textContent) => make("th", { scope: "col", textContent })));
    const body = lines.map(([name, ...cells]) =>
      make("tr", {}, make("th", { scope: "row", className: "t", textContent: name }), ...cells.map((textContent) => make("td", { textContent }))));
    return make("table", {}, make("caption", { textContent: caption }), make("thead", {}, head), make("tbody", {}, ...body));
  };
  // What the sections of two rows tell of a task: its numbers, and its pictures with both lines, that of the second dashed.
  const lost = (row) => [...document.querySelectorAll(`#e${row.id.slice(1)} .losses`)];
  const losses = (mine, other, names) => {
    const texts = (selector) => [mine, other].map((each) => [...each.querySelectorAll(selector)].map((cell) => cell.textContent));
    const [labels, [ones, others]] = [texts("dt")[0], texts("dd")];
    const lines = labels.map((label, at) => [label, ones[at], others[at], points(others[at] - ones[at])]);
    const figures = [...mine.querySelectorAll("figure")].map((figure, at) => {
      const both = figure.cloneNode(true);
      both.querySelector("svg").append(other.querySelectorAll("figure polyline")[at].cloneNode());
      return both;
    });
    const caption = mine.querySelector("summary").textContent;
    return make("div", { className: "lost" }, table(caption, names, lines), ...figures);
  };
  const draw = () => {
    place.hidden = ticked.length < 2;
    place.replaceChildren();
    if (place.hidden) return;
    const [one, other] = ticked.map((row) => told.rows[row.id]);
    const names = [one[0], other[0]];
    const differing = told.labels.map((_, at) => at).filter((at) => at >= 4 && one[at] !== other[at]);
    const lines = differing.map((at) => [told.labels[at], short(one[at]), short(other[at]), difference(one[at], other[at])]);
    place.append(table(words.compare, names, lines));
    const theirs = new Map(lost(ticked[1]).map((each) => [each.querySelector("summary").textContent, each]));
    for (const mine of lost(ticked[0])) {
      const beside = theirs.get(mine.querySelector("summary").textContent);
      if (beside) place.append(losses(mine, beside, names));
    }
  };
  for (const row of rows) {
    const cell = row.querySelector(".sg");
    const button = make("button", { type: "button", title: words.compare }, ...cell.childNodes);
    button.setAttribute("aria-pressed", "false");
    cell.append(button);
    button.addEventListener("click", () => {
      ticked = ticked.includes(row) ? ticked.filter((each) => each !== row) : [...ticked.slice(-1), row];
      for (const each of rows) {
        each.classList.toggle("ticked", ticked.includes(each));
        each.querySelector(".sg button").setAttribute("aria-pressed", String(ticked.includes(each)));
      }
      draw();
    });
  }
})();
