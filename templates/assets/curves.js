// Curves to zoom, in place of the pictures, which stay for print and where there is no JavaScript.
"use strict";
(() => {
  const words = document.body.dataset;
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (value) => {
    const isPlain = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e15);
    if (isPlain) return value.toLocaleString(words.language, { maximumSignificantDigits: 6 });
    return Number(value.toPrecision(4)).toExponential();
  };
  const lives = [];
  const LEAST = 160; // pixels of a plot, however many names are below it
  const ROOMY = 420; // pixels of a figure, from which on names stand at the ends of their curves
  const LINE = 15; // pixels from a name to the one below it
  const [SIDE, GAP, EDGE] = [44, 4, 16]; // pixels of the axis beside the plot, before a name, and behind the plot at least
  const KEPT = 0.9; // of the last value in a smoothed one

  const smoothed = (values) => {
    let last = null;
    return values.map((value) => {
      if (value === null || value === undefined) return value;
      last = last === null ? value : KEPT * last + (1 - KEPT) * value;
      return last;
    });
  };

  // The last point of a curve between two steps; -1 for none.
  const lastOf = (data, index, low, high) =>
    data[0].findLastIndex((x, at) => x >= low && x <= high && data[index][at] !== null && data[index][at] !== undefined);

  // The room beside the plot for the names at the ends of the curves.
  const roomFor = (ends, data, width) => {
    const [steps, whole] = [data[0], width - SIDE];
    const share = (index) => (steps[lastOf(data, index, -Infinity, Infinity)] - steps[0]) / (steps.at(-1) - steps[0]);
    const wide = ends.map(({ name, index }) => (whole - GAP - name.offsetWidth) / share(index));
    return whole - Math.min(whole - EDGE, ...wide);
  };

  // Each name beside the end of what is seen of its curve, none over another and all in the order of the ends: the outermost first, which have least room.
  const place = (ends, plot, canvas) => {
    const { offsetLeft, offsetTop, clientHeight } = plot.over;
    const seen = ends.flatMap(({ name, index }) => {
      const at = lastOf(plot.data, index, plot.scales.x.min, plot.scales.x.max);
      name.hidden = at < 0;
      if (name.hidden) return [];
      const width = name.offsetWidth;
      const left = Math.min(plot.valToPos(plot.data[0][at], "x") + GAP, plot.width - offsetLeft - width);
      return [{ name, left, width, end: Math.min(Math.max(plot.valToPos(plot.data[index][at], "y"), 0), clientHeight) }];
    });
    const far = ({ end }) => Math.abs(end - clientHeight / 2);
    const taken = [];
    for (const { name, left, width, end } of seen.sort((one, other) => far(other) - far(one))) {
      const near = taken.filter((each) => each.left <= left + width && left <= each.left + each.width);
      const isFree = (y) => near.every((each) => Math.abs(each.y - y) >= LINE && (each.y - y) * (each.end - end) >= 0);
      const heights = [...Array(Math.ceil(clientHeight)).keys()].sort((one, other) => Math.abs(one - end) - Math.abs(other - end));
      const y = heights.find(isFree) ?? end;
      taken.push({ left, width, end, y });
      name.style.left = `${canvas.offsetLeft + offsetLeft + left}px`;
      name.style.top = `${canvas.offsetTop + offsetTop + y - LINE / 2}px`;
    }
  };

  const optionsOf = (chart, data, size, isLog, tell, endsNow, canvas) => {
    const digits = chart.yRange[1] > 1000 * chart.yRange[0] ? "1" : "125"; // with which a tick of logarithms begins
    const few = (_, ticks) => ticks.map((tick) => (digits.includes(tick.toExponential()[0]) ? tick : null));
    const axis = (label, room, isLogarithmic) => ({
      label,
      size: room,
      labelSize: 18,
      font: "11px system-ui, sans-serif",
      labelFont: "12px system-ui, sans-serif",
      stroke: () => color("--muted"),
      ...(isLogarithmic && { filter: few }),
      grid: { stroke: () => color("--hair"), width: 1, show: room > 40, ...(isLogarithmic && { filter: few }) },
      ticks: { show: false, ...(isLogarithmic && { filter: few }) },
      values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : number(tick))),
    });
    const whole = (plot) => plot.scales.x.min <= data[0][0] && plot.scales.x.max >= data[0].at(-1);
    const fit = (low, high) => (isLog ? uPlot.rangeLog(low, high, 10, false) : uPlot.rangeNum(low, high, 0.1, true));
    return {
      ...size,
      padding: [null, (plot) => roomFor(endsNow(), data, plot.width), null, null],
      legend: { show: false },
      focus: { alpha: 0.25 },
      cursor: { focus: { prox: 24 }, drag: { x: true, y: false } },
      scales: {
        x: { time: false },
        y: {
          distr: isLog ? 3 : 1,
          range: (plot, ...found) => (whole(plot) && isLog === chart.yLog ? chart.yRange : fit(...found)),
        },
      },
      axes: [axis(chart.x, 36, false), axis(undefined, SIDE, isLog)],
      series: [
        {},
        ...chart.series.map((series) => ({
          label: series.name,
          stroke: () => color(series.color),
          width: series.color === "--other" ? 1 : 1.6,
          dash: series.dashed ? [6, 4] : undefined,
          points: { show: chart.dots, size: 5, fill: () => color(series.color) },
        })),
      ],
      hooks: {
        draw: [(plot) => place(endsNow(), plot, canvas)],
        setSeries: [tell],
        setCursor: [(plot) => tell(plot, plot.series.findIndex((each, index) => index && each._focus))],
      },
    };
  };

  const enliven = (figure) => {
    const chart = JSON.parse(figure.querySelector("script").textContent);
    chart.series.reverse(); // what is drawn last is on top
    const height = figure.querySelector("svg").getBoundingClientRect().height;
    const joined = (shares) =>
      uPlot.join(chart.series.map((series, at) => [chart.steps[series.x].map((x) => x * (shares?.[at] ?? 1)), series.y]));
    let raw = joined();
    const box = make("div", { className: "live" });
    const readout = make("p", { className: "readout" });
    const label = make("p", { className: "y-label", textContent: chart.y });
    const canvas = make("div");
    const switches = make("div", { className: "switches" }, readout);
    figure.append(box);
    figure.classList.add("is-live");
    const live = { chart, plot: null, x: chart.x, isLog: chart.yLog, isSmooth: false };
    const canLog = chart.series.every((series) => series.y.every((y) => y === null || y > 0));
    const tell = (plot, index) => {
      const at = index === null || index === undefined ? null : plot.cursor.idxs?.[index];
      if (at === null || at === undefined) return;
      const [x, y] = [plot.data[0][at], plot.data[index][at]];
      if (y !== null && y !== undefined) {
        readout.textContent = `${chart.series[index - 1].name}: ${chart.y} ${number(y)}, ${live.x} ${number(x)}`;
      }
    };
    const names = legend(live);
    const ends = chart.series.flatMap(({ atEnd }, at) => (atEnd ? [{ name: [...names.children].at(-1 - at), index: at + 1 }] : []));
    const endsNow = () => (names.classList.contains("at-ends") ? ends : []);
    box.append(label, canvas, switches, names);
    const sizeOf = () => {
      names.classList.toggle("at-ends", figure.clientWidth >= ROOMY);
      const words = label.offsetHeight + switches.offsetHeight + names.offsetHeight;
      return { width: figure.clientWidth, height: Math.max(LEAST, height - words) };
    };
    const draw = () => {
      const hidden = live.plot ? live.plot.series.map((each) => !each.show) : [];
      live.plot?.destroy();
      const data = live.isSmooth ? [raw[0], ...raw.slice(1).map(smoothed)] : raw;
      live.plot = new uPlot(optionsOf({ ...chart, x: live.x }, data, sizeOf(), live.isLog, tell, endsNow, canvas), data, canvas);
      live.plot.root.setAttribute("role", "img");
      live.plot.root.setAttribute("aria-label", chart.description);
      hidden.forEach((isHidden, index) => isHidden && live.plot.setSeries(index, { show: false }));
    };
    const toggle = (name, text) => {
      const button = make("button", { type: "button", textContent: text });
      button.setAttribute("aria-pressed", String(live[name]));
      button.addEventListener("click", () => {
        live[name] = !live[name];
        button.setAttribute("aria-pressed", String(live[name]));
        draw();
      });
      return button;
    };
    // The units of x that all curves know.
    const units = Object.keys(chart.scales).length ? [chart.x, ...Object.keys(chart.scales)] : [];
    const buttons = units.map((name) => {
      const button = make("button", { type: "button", textContent: name });
      button.setAttribute("aria-pressed", String(name === live.x));
      button.addEventListener("click", () => {
        live.x = name;
        raw = joined(chart.scales[name]);
        buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
        draw();
      });
      return button;
    });
    const reset = make("button", { type: "button", textContent: words.reset });
    reset.addEventListener("click", () => live.plot.setData(live.plot.data));
    switches.append(...buttons, toggle("isSmooth", words.smooth), ...(canLog ? [toggle("isLog", words.log)] : []), reset);
    draw();
    lives.push(live);
    new ResizeObserver(() => live.plot.setSize(sizeOf())).observe(figure);
  };

  // A button for each curve, which hides and shows it.
  const legend = (live) => {
    const list = make("ul", { className: "legend" });
    live.chart.series.forEach((series, index) => {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      line.setAttribute("viewBox", "0 0 18 8");
      line.setAttribute("aria-hidden", "true");
      const path = document.createElementNS(line.namespaceURI, "path");
      path.setAttribute("d", "M0 4H18");
      path.setAttribute("stroke", `var(${series.color})`);
      path.setAttribute("stroke-width", "3");
      if (series.dashed) path.setAttribute("stroke-dasharray", "5 3");
      line.append(path);
      const button = make("button", { type: "button", title: series.name }, line, make("span", { textContent: series.name }));
      button.setAttribute("aria-pressed", "true");
      button.addEventListener("click", () => {
        const isShown = !live.plot.series[index + 1].show;
        live.plot.setSeries(index + 1, { show: isShown });
        button.setAttribute("aria-pressed", String(isShown));
      });
      list.prepend(make("li", { className: series.atEnd ? "at-end" : "" }, button));
    });
    return list;
  };

  // The curve of the row at hand stands out of the others.
  addEventListener("lift", ({ detail }) => {
    for (const { chart, plot } of lives) {
      const at = detail ? chart.series.findIndex((series) => series.row === detail) + 1 : 0;
      plot.setSeries(at || null, { focus: true });
    }
  });
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
  dark.addEventListener("change", () => lives.forEach(({ plot }) => plot.redraw(false)));
})();
