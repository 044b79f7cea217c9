// Turns each figure of the page from its static drawing into an interactive plot. Without this script the drawing stays.
(() => {
  "use strict";

  // Draws one series between the axes; uPlot has clipped the canvas to them.
  const draw = (spec, pxRatio) => (u, seriesIdx) => {
    uPlot.orient(u, seriesIdx, (series, dataX, dataY, scaleX, scaleY, toX, toY, xOff, yOff, xDim, yDim) => {
      const ctx = u.ctx;
      const px = v => toX(v, scaleX, xDim, xOff), py = v => toY(v, scaleY, yDim, yOff);
      const fits = (v, axis) => v !== null && v !== undefined && !(axis.log && v <= 0);
      const bound = v => Math.max(-1e5, Math.min(1e5, v));
      ctx.save();
      ctx.beginPath();
      ctx.rect(xOff, yOff, xDim, yDim);
      ctx.clip();
      ctx.strokeStyle = ctx.fillStyle = spec.color;
      ctx.lineWidth = 1.5 * pxRatio;
      ctx.lineJoin = "round";
      ctx.setLineDash(spec.dashed ? [6 * pxRatio, 4 * pxRatio] : []);
      ctx.beginPath();
      if (spec.kind === "line") {
        let drawing = false;
        for (let i = 0; i < spec.x.length; i++) {
          if (!fits(spec.x[i], spec.axes.x) || !fits(spec.y[i], spec.axes.y)) { drawing = false; continue; }
          const x = bound(px(spec.x[i])), y = bound(py(spec.y[i]));
          if (drawing) { ctx.lineTo(x, y); } else { ctx.moveTo(x, y); }
          drawing = true;
        }
        ctx.stroke();
      } else if (spec.kind === "scatter") {
        ctx.globalAlpha = 0.75;
        const r = 2.6 * pxRatio;
        for (let i = 0; i < spec.x.length; i++) {
          if (!fits(spec.x[i], spec.axes.x) || !fits(spec.y[i], spec.axes.y)) { continue; }
          const x = px(spec.x[i]), y = py(spec.y[i]);
          if (x < xOff - r || x > xOff + xDim + r || y < yOff - r || y > yOff + yDim + r) { continue; }
          ctx.moveTo(x + r, y);
          ctx.arc(x, y, r, 0, 2 * Math.PI);
        }
        ctx.fill();
      } else if (spec.kind === "histogram") {
        const floor = bound(py(spec.axes.y.log ? scaleY.min : 0));
        for (let i = 0; i < spec.y.length; i++) {
          if (!spec.y[i] || !fits(spec.y[i], spec.axes.y) || !fits(spec.x[i], spec.axes.x)) { continue; }
          const a = bound(px(spec.x[i])), b = bound(px(spec.x[i + 1])), h = bound(py(spec.y[i]));
          ctx.rect(Math.min(a, b), Math.min(h, floor), Math.abs(b - a), Math.abs(floor - h));
        }
        ctx.globalAlpha = 0.5;
        ctx.fill();
        ctx.globalAlpha = 1;
        ctx.stroke();
      } else {
        for (const v of spec.x) {
          if (!fits(v, spec.axes.x)) { continue; }
          ctx.moveTo(bound(px(v)), yOff);
          ctx.lineTo(bound(px(v)), yOff + yDim);
        }
        ctx.stroke();
      }
      ctx.restore();
    });
    return null;
  };

  // The data point nearest to the pointer, within 30 pixels.
  const nearest = (u, panel) => {
    let best = null, least = 900;
    panel.series.forEach((spec, s) => {
      if (!u.series[s + 1].show) { return; }
      const count = spec.kind === "histogram" ? spec.y.length : spec.x.length;
      for (let i = 0; i < count; i++) {
        if (spec.x[i] === null || (panel.x.log && spec.x[i] <= 0)) { continue; }
        const vx = spec.kind === "histogram" ? (spec.x[i] + spec.x[i + 1]) / 2 : spec.x[i];
        const vy = spec.kind === "vertical" ? null : spec.y[i];
        if (spec.kind !== "vertical" && (vy === null || (panel.y.log && vy <= 0))) { continue; }
        const dx = u.valToPos(vx, "x") - u.cursor.left;
        const dy = vy === null ? 0 : u.valToPos(vy, "y") - u.cursor.top;
        const d = dx * dx + dy * dy;
        if (d < least) { least = d; best = { spec, x: vx, y: vy }; }
      }
    });
    return best;
  };

  const number = v => Number(v.toPrecision(6)).toString();

  const axis = (spec, scale, side) => {
    const result = { scale, side, label: spec.label || undefined, labelSize: spec.label ? 24 : 0, grid: { stroke: "#e4e4e4", width: 1 }, ticks: { stroke: "#999", size: 4 }, font: "12px Helvetica, Arial, sans-serif", labelFont: "13px Helvetica, Arial, sans-serif", stroke: "#222" };
    if (spec.ticks) {
      result.splits = () => spec.ticks.map(t => t[0]);
      result.values = () => spec.ticks.map(t => t[1]);
      result.filter = (u, splits) => splits;
    } else if (!spec.log) {
      result.values = (u, splits) => splits.map(v => v === null ? "" : Number(v.toPrecision(10)).toString().replace("-", "−"));
    }
    if (side === 3) {
      result.size = (u, values) => 14 + Math.max(30, ...(values || []).map(v => v === null ? 0 : 6.8 * String(v).length));
    }
    return result;
  };

  const plot = (panel, place, width, height) => {
    panel.series.forEach(spec => { spec.axes = panel; });
    const tip = document.createElement("div");
    tip.className = "tip";
    const home = u => u.batch(() => {
      u.setScale("x", { min: panel.x.min, max: panel.x.max });
      u.setScale("y", { min: panel.y.min, max: panel.y.max });
    });
    const scale = a => ({ time: false, auto: false, distr: a.log ? 3 : 1, dir: a.reversed ? -1 : 1, range: (u, min, max) => [min ?? a.min, max ?? a.max], min: a.min, max: a.max });
    const u = new uPlot({
      mode: 2,
      width,
      height,
      title: panel.title || undefined,
      legend: { show: false },
      cursor: { drag: { x: true, y: true, uni: 20 }, points: { show: false }, dataIdx: () => null, bind: { dblclick: self => () => home(self) } },
      scales: { x: scale(panel.x), y: scale(panel.y) },
      axes: [axis(panel.x, "x", 2), axis(panel.y, "y", 3)],
      series: [{}, ...panel.series.map(spec => ({ label: spec.name || "", stroke: spec.color, paths: draw(spec, window.devicePixelRatio || 1), facets: [{ scale: "x", auto: false }, { scale: "y", auto: false }] }))],
      hooks: {
        ready: [home],
        setCursor: [self => {
          const found = self.cursor.left >= 0 ? nearest(self, panel) : null;
          tip.style.display = found ? "block" : "none";
          if (!found) { return; }
          tip.textContent = (found.spec.name ? found.spec.name + ": " : "") + number(found.x) + (found.y === null ? "" : ", " + number(found.y));
          const left = self.over.offsetLeft + self.valToPos(found.x, "x"), top = self.over.offsetTop + (found.y === null ? self.cursor.top : self.valToPos(found.y, "y"));
          tip.style.left = Math.max(0, Math.min(left + 10, width - tip.offsetWidth)) + "px";
          tip.style.top = top - 28 + "px";
        }],
      },
    }, [null, ...panel.series.map(spec => [spec.x, spec.y])], place);
    u.root.appendChild(tip);
    u.root.style.position = "relative";
    if (panel.legend && panel.series.some(spec => spec.name)) {
      const legend = document.createElement("div");
      legend.className = "legend";
      panel.series.forEach((spec, s) => {
        if (!spec.name) { return; }
        const button = document.createElement("button"), swatch = document.createElement("i");
        swatch.style.background = spec.color;
        button.append(swatch, spec.name);
        button.onclick = () => {
          const show = !u.series[s + 1].show;
          u.setSeries(s + 1, { show });
          button.className = show ? "" : "off";
        };
        legend.append(button);
      });
      place.append(legend);
    }
  };

  for (const figure of document.querySelectorAll("figure.plot")) {
    const fixed = figure.querySelector(".static");
    try {
      const spec = JSON.parse(figure.querySelector("script").textContent);
      const panels = document.createElement("div");
      panels.className = "panels";
      figure.insertBefore(panels, fixed);
      const width = Math.min(spec.width, figure.clientWidth || spec.width);
      for (const panel of spec.panels) {
        const place = document.createElement("div");
        place.className = "panel";
        place.style.width = panel.share * width + "px";
        panels.append(place);
        plot(panel, place, Math.floor(panel.share * width) - 8, spec.height - 20);
      }
      if (spec.title) {
        const title = document.createElement("div");
        title.className = "figure-title";
        title.style.width = width + "px";
        title.textContent = spec.title;
        figure.insertBefore(title, panels);
      }
      fixed.remove();
    } catch (error) {
      // The drawing stays where it is.
      figure.querySelectorAll(".panels, .figure-title").forEach(e => e.remove());
      console.error(error);
    }
  }
})();
