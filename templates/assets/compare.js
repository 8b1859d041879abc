// Two ticked rows beside each other: what differs in their settings, and by how much their numbers do.
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
  const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text || "–");
  const draw = () => {
    place.hidden = ticked.length < 2;
    place.replaceChildren();
    if (place.hidden) return;
    const [one, other] = ticked.map((row) => told.rows[row.id]);
    const head = make("tr", {}, make("td"), ...[one[0], other[0], "Δ"].map((textContent) => make("th", { scope: "col", textContent })));
    const body = make("tbody");
    for (let at = 4; at < told.names.length; at += 1) {
      if (one[at] === other[at]) continue;
      const cells = [short(one[at]), short(other[at]), difference(one[at], other[at])];
      const name = make("th", { scope: "row", className: "t", textContent: told.labels[at] });
      body.append(make("tr", {}, name, ...cells.map((textContent) => make("td", { textContent }))));
    }
    place.append(make("table", {}, make("caption", { textContent: words.compare }), make("thead", {}, head), body));
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
