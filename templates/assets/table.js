// The table: sorting, the filter, chips of states, further columns, groups that fold, keys; the address keeps the view.
"use strict";
(() => {
  const table = document.querySelector("table.experiments");
  if (!table) return;
  const words = document.body.dataset;
  const head = table.tHead.rows[0];
  const rows = [...table.querySelectorAll("tbody tr[id]")];
  const groups = () => [...table.querySelectorAll("tbody.group")].map((each) => [each, each.nextElementSibling]);
  const filter = document.querySelector(".filter");
  const input = filter.querySelector("input");
  const message = document.querySelector(".told");
  const chips = [...document.querySelectorAll(".chip")];
  const view = new URLSearchParams(location.hash.startsWith("#?") ? location.hash.slice(2) : "");
  const keep = (name, value) => {
    if (value) view.set(name, value);
    else view.delete(name);
    if (view.size || location.hash.startsWith("#?")) history.replaceState(null, "", `#?${view}`);
  };

  // Sorting itself is done by sortable.min.js on a click on a heading; here headings become buttons for the keyboard.
  const heads = () => [...head.cells];
  const asButton = (heading) => {
    heading.append(make("button", { type: "button" }, ...heading.childNodes));
    heading.addEventListener("click", () => {
      const isFirst = !heading.hasAttribute("aria-sort");
      if (isFirst && heading.classList.contains("t")) heading.setAttribute("aria-sort", "descending"); // text from A on
    });
  };
  heads().filter((heading) => !heading.classList.contains("no-sort")).forEach(asButton);
  table.addEventListener("sort-end", () => {
    const by = heads().find((heading) => heading.hasAttribute("aria-sort"));
    keep("sort", by && `${by.getAttribute("aria-sort") === "ascending" ? "" : "-"}${by.textContent}`);
  });
  const sortBy = (wanted) => {
    const heading = heads().find((each) => each.textContent === wanted.replace(/^-/, ""));
    const order = wanted.startsWith("-") ? "descending" : "ascending";
    for (let click = 0; heading && click < 2 && heading.getAttribute("aria-sort") !== order; click += 1) heading.click();
  };

  // The filter: a condition as `--where` has it, or a part of a name.
  const places = new Map();
  told?.names.forEach((name, place) => places.set(name, place));
  told?.labels.forEach((label, place) => places.has(label) || places.set(label, place));
  const testOf = (text) => {
    if (!text) return () => true;
    if (/[<>=]|\bin\b/.test(text) && told) {
      const condition = readCondition(text, places);
      return (row) => condition(told.rows[row.id]);
    }
    const name = (row) => (told?.rows[row.id][0] ?? row.querySelector("th").textContent).toLowerCase();
    return (row) => name(row).includes(text.toLowerCase());
  };
  const show = () => {
    const text = input.value.trim();
    const states = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.state);
    let problem = "";
    try {
      const test = testOf(text);
      for (const row of rows) row.hidden = !(test(row) && (!states.length || states.some((state) => row.classList.contains(state))));
    } catch (error) {
      problem = error.message;
    }
    input.setAttribute("aria-invalid", String(Boolean(problem)));
    const isChosen = Boolean(text || states.length);
    table.classList.toggle("chosen", isChosen);
    for (const [heading, members] of groups()) heading.hidden = [...members.rows].every((row) => row.hidden);
    const shown = rows.filter((row) => !row.hidden).length;
    message.hidden = !isChosen;
    message.textContent = problem || say(words.shown, { n: shown, all: rows.length });
    keep("where", text);
    keep("states", states.join(" "));
  };
  input.addEventListener("input", show);
  for (const chip of chips) {
    chip.disabled = false;
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      show();
    });
  }

  // Further columns, one behind the other, before the small curve.
  const columns = document.querySelector(".columns");
  const addColumn = (place, isShown) => {
    const key = `more-${place}`;
    if (!isShown) {
      for (const cell of table.querySelectorAll(`.${key}`)) cell.remove();
    } else {
      const heading = make("th", { scope: "col", className: key, textContent: told.labels[place] || "–" });
      asButton(heading);
      head.lastElementChild.before(heading);
      for (const row of rows) {
        const text = told.rows[row.id][place];
        const cell = make("td", { className: `${key} ${Number.isNaN(Number(text)) ? "t" : "n"}`, textContent: text || "–" });
        cell.dataset.k = told.labels[place];
        if (!text) cell.dataset.sort = "";
        row.lastElementChild.before(cell);
      }
    }
    for (const [heading] of groups()) heading.rows[0].cells[0].colSpan = head.cells.length;
  };
  if (told && told.names.length > told.first) {
    const chosen = new Set((view.get("columns") ?? "").split(",").filter(Boolean));
    for (let place = told.first; place < told.names.length; place += 1) {
      const name = told.names[place];
      const box = make("input", { type: "checkbox", checked: chosen.has(name) });
      box.addEventListener("change", () => {
        if (box.checked) chosen.add(name);
        else chosen.delete(name);
        addColumn(place, box.checked);
        keep("columns", [...chosen].join(","));
      });
      if (box.checked) addColumn(place, true);
      columns.lastElementChild.append(make("label", {}, box, ` ${told.labels[place] || "–"}`));
    }
    columns.hidden = false;
    addEventListener("click", ({ target }) => columns.contains(target) || (columns.open = false));
  }

  // Of many rows each group is a line, below which failed and suspect rows stay; a click opens it. The page comes so,
  // and with the first rows of a long group alone, as rows that nobody sees need no layout.
  const fold = (heading, members, isFolded) => {
    members.classList.toggle("folded", isFolded);
    heading.querySelector("button").setAttribute("aria-expanded", String(!isFolded));
  };
  for (const [heading, members] of groups()) {
    const cell = heading.rows[0].cells[0];
    cell.append(make("button", { type: "button" }, ...cell.childNodes));
    fold(heading, members, members.classList.contains("folded"));
  }
  table.addEventListener("click", (event) => {
    const heading = event.target.closest("tbody.group");
    if (heading) fold(heading, heading.nextElementSibling, !heading.nextElementSibling.classList.contains("folded"));
    event.target.closest("tbody.all")?.previousElementSibling.classList.remove("long");
  });
  const open = () => {
    const row = document.getElementById(location.hash.slice(1))?.closest("tbody.folded tr, tbody.long tr");
    const members = row?.closest("tbody");
    members?.classList.remove("long");
    if (members?.classList.contains("folded")) fold(members.previousElementSibling, members, false);
    row?.scrollIntoView({ block: "nearest" });
  };
  addEventListener("hashchange", open);
  open();

  // Keys, and the row at hand, whose curve is lifted.
  let hand = null;
  const take = (row) => {
    hand?.classList.remove("at-hand");
    hand = row;
    hand?.classList.add("at-hand");
    hand?.scrollIntoView({ block: "nearest" });
    lift(row);
  };
  const lift = (row) => dispatchEvent(new CustomEvent("lift", { detail: row?.id ?? "" }));
  table.addEventListener("mouseover", (event) => lift(event.target.closest("tr[id]")));
  table.addEventListener("mouseleave", () => lift(null));
  const step = (by) => {
    const seen = [...table.querySelectorAll("tbody tr[id]")].filter((row) => row.offsetParent);
    const at = seen.indexOf(hand);
    take(seen[Math.max(0, Math.min(seen.length - 1, at < 0 ? 0 : at + by))] ?? null);
  };
  const keys = document.querySelector("dialog.keys");
  const act = {
    "/": () => input.focus(),
    j: () => step(1),
    k: () => step(-1),
    x: () => hand?.querySelector(".sg button")?.click(),
    Enter: () => document.activeElement === document.body && hand?.querySelector("th a")?.click(),
    "?": () => keys.showModal(),
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, dialog[open]") || !act[event.key]) return;
    if (event.key !== "Enter") event.preventDefault();
    act[event.key]();
  });
  keys.addEventListener("click", () => keys.close());

  filter.hidden = false;
  input.value = view.get("where") ?? "";
  const states = (view.get("states") ?? "").split(" ");
  for (const chip of chips) chip.setAttribute("aria-pressed", String(states.includes(chip.dataset.state)));
  show();
  if (view.get("sort")) sortBy(view.get("sort"));
})();
