// What a page can do beyond being read: sorting, the name filter, opening what a link points at, and curves to zoom.
// All text goes into the page as textContent, never as markup.
"use strict";
(() => {
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const words = document.body.dataset;
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // Sorting itself is done by sortable.min.js on a click on a heading; here headings become buttons for the keyboard.
  for (const heading of document.querySelectorAll("table.sortable thead th")) {
    const button = make("button", { type: "button" }, ...heading.childNodes);
    heading.append(button);
    heading.addEventListener("click", () => {
      const isFirst = !heading.hasAttribute("aria-sort");
      if (isFirst && heading.classList.contains("t")) heading.setAttribute("aria-sort", "descending"); // text from A on
    });
  }

  const filter = document.querySelector(".filter");
  if (filter) {
    const rows = [...document.querySelectorAll(".experiments tbody tr")];
    const names = rows.map((row) => row.cells[0].textContent.toLowerCase());
    const count = filter.querySelector("output");
    const show = (event) => {
      const wanted = event ? event.target.value.toLowerCase().trim() : "";
      let shown = 0;
      rows.forEach((row, index) => {
        row.hidden = !names[index].includes(wanted);
        shown += !row.hidden;
      });
      count.textContent = say(words.shown, { n: shown, all: rows.length });
    };
    filter.querySelector("input").addEventListener("input", show);
    filter.hidden = false;
    show();
  }

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details:not([open])");
    if (!folded) return;
    folded.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (value) => {
    const isPlain = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e15);
    if (isPlain) return value.toLocaleString(words.language, { maximumSignificantDigits: 6 });
    return Number(value.toPrecision(4)).toExponential();
  };
  const plots = [];

  // A curve of uPlot in place of the picture in `figure`, which stays for print and where there is no JavaScript.
  const enliven = (figure) => {
    const chart = JSON.parse(figure.querySelector("script").textContent);
    const place = make("div", { className: "live" });
    const readout = make("p", { className: "readout" });
    figure.append(place);
    figure.classList.add("is-live");
    const few = (_, ticks) => ticks.map((tick) => ("125".includes(tick.toExponential()[0]) ? tick : null));
    const axis = (label, size, isLog) => ({
      label,
      size,
      labelSize: 20,
      font: "11px system-ui, sans-serif",
      labelFont: "12px system-ui, sans-serif",
      stroke: () => color("--muted"),
      grid: { stroke: () => color("--grid"), width: 1, ...(isLog && { filter: few }) },
      ticks: { stroke: () => color("--grid"), width: 1, ...(isLog && { filter: few }) },
      values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : number(tick))),
    });
    const whole = (plot) => plot.scales.x.min <= data[0][0] && plot.scales.x.max >= data[0].at(-1);
    const fit = (low, high) =>
      chart.yLog ? uPlot.rangeLog(low, high, 10, false) : uPlot.rangeNum(low, high, 0.1, true);
    const data = uPlot.join(chart.series.map((series) => [series.x, series.y]));
    const tell = (plot, index) => {
      const at = index === null || index === undefined ? null : plot.cursor.idxs[index];
      if (at === null || at === undefined) return;
      const { name } = chart.series[index - 1];
      const [x, y] = [data[0][at], data[index][at]];
      if (y !== null && y !== undefined) {
        readout.textContent = `${name}: ${chart.y} ${number(y)}, ${chart.x} ${number(x)}`;
      }
    };
    const options = {
      width: figure.clientWidth - 24,
      height: 320,
      legend: { show: false },
      focus: { alpha: 0.3 },
      cursor: { focus: { prox: 24 }, drag: { x: true, y: false } },
      scales: {
        x: { time: false, distr: chart.xLog ? 3 : 1 },
        y: { distr: chart.yLog ? 3 : 1, range: (plot, ...found) => (whole(plot) ? chart.yRange : fit(...found)) },
      },
      axes: [axis(chart.x, 40, chart.xLog), axis(chart.y, 56, chart.yLog)],
      series: [
        {},
        ...chart.series.map((series) => ({
          label: series.name,
          stroke: () => color(series.color),
          width: series.color === "--other" ? 1 : 2,
          dash: series.dashed ? [6, 4] : undefined,
          points: { size: 5, fill: () => color(series.color) },
        })),
      ],
      hooks: {
        setSeries: [tell],
        setCursor: [(plot) => tell(plot, plot.series.findIndex((each, index) => index && each._focus))],
      },
    };
    const plot = new uPlot(options, data, place);
    plot.root.setAttribute("role", "img");
    plot.root.setAttribute("aria-label", chart.description);
    plots.push(plot);
    const reset = make("button", { type: "button", className: "reset", textContent: words.reset });
    reset.addEventListener("click", () => plot.setData(data));
    place.append(readout, legend(chart, plot), reset);
    new ResizeObserver(() => plot.setSize({ width: figure.clientWidth - 24, height: 320 })).observe(figure);
  };

  // A button for each curve, which hides and shows it.
  const legend = (chart, plot) => {
    const list = make("ul", { className: "legend" });
    chart.series.forEach((series, index) => {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      line.setAttribute("viewBox", "0 0 18 8");
      line.setAttribute("aria-hidden", "true");
      const path = document.createElementNS(line.namespaceURI, "path");
      path.setAttribute("d", "M0 4H18");
      path.setAttribute("stroke", `var(${series.color})`);
      path.setAttribute("stroke-width", "3");
      if (series.dashed) path.setAttribute("stroke-dasharray", "5 3");
      line.append(path);
      const button = make("button", { type: "button" }, line, series.name);
      button.setAttribute("aria-pressed", "true");
      button.addEventListener("click", () => {
        const isShown = !plot.series[index + 1].show;
        plot.setSeries(index + 1, { show: isShown });
        button.setAttribute("aria-pressed", String(isShown));
      });
      list.append(make("li", {}, button));
    });
    return list;
  };

  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        enliven(target);
      }
    },
    { rootMargin: "300px" },
  );
  for (const figure of document.querySelectorAll("figure.curve")) near.observe(figure);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => plots.forEach((plot) => plot.redraw(false)));
})();
