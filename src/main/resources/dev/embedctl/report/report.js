'use strict';
// Draws each chart into the element with its id. The data is in #data; the colours come from the style sheet.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  const font = '12px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif';
  const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
  const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
  const number = v => (v == null ? '–' : v > 0 && v < 0.05 ? '< 0.1' : plain.format(v));

  const seconds = s => {
    if (s < 60) return plain.format(s) + ' s';
    const pad = n => String(Math.floor(n)).padStart(2, '0');
    return s < 3600 ? Math.floor(s / 60) + ':' + pad(s % 60) : Math.floor(s / 3600) + ':' + pad((s % 3600) / 60) + ' h';
  };
  const milliseconds = ms => {
    if (ms == null) return '–';
    if (ms >= 1000) return plain.format(ms / 1000) + ' s';
    return ms >= 1 ? plain.format(ms) + ' ms' : Math.round(ms * 1000) + ' µs';
  };

  const axis = more => ({
    stroke: () => colour('soft'), grid: { stroke: () => colour('grid'), width: 1 }, ticks: { show: false },
    font, gap: 6, size: 30, ...more,
  });
  const counts = () => axis({ size: 52, values: (u, at) => at.map(v => compact.format(v)) });

  // Stacked layers: each is drawn as the sum of itself and the layers below, the highest first.
  const stacked = (x, layers, paths) => {
    const shown = layers.filter(layer => layer.always || layer.values.some(v => v > 0));
    const sums = [];
    shown.forEach((layer, i) => sums.push(layer.values.map((v, k) => v + (i ? sums[i - 1][k] : 0))));
    return {
      columns: [x, ...sums.reverse()],
      table: [...shown].reverse(),
      series: [...shown].reverse().map(layer => ({
        label: layer.label, stroke: () => colour(layer.colour), fill: () => colour(layer.colour),
        width: 0, paths, points: { show: false },
        value: (u, v, i, k) => (k == null ? '' : number(layer.values[k])),
      })),
    };
  };
  const steps = () => uPlot.paths.stepped({ align: 1 });
  const bars = () => uPlot.paths.bars({ size: [0.86, 96], align: 0 });
  const held = values => [...values, values.length ? values[values.length - 1] : 0];

  const overTime = layers => ({
    ...stacked(data.time.seconds, layers.map(layer => ({ ...layer, values: held(data.time[layer.field]) })), steps()),
    x: { label: '', value: (u, v) => (v == null ? '' : seconds(v)) },
    head: 'Seconds', name: seconds,
    axes: [axis({
      values: (u, at) => at.map(seconds), space: 70,
      incrs: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400],
    }), counts()],
    cursor: { sync: { key: 'time' } },
  });

  const texts = () => data.time && ({
    ...overTime([
      { field: 'cached', label: 'cached', colour: 'cached' },
      { field: 'embedded', label: 'embedded', colour: 'embedded' },
      { field: 'failed', label: 'failed', colour: 'failed' },
    ]),
    scales: { y: { range: [0, (data.time.axis || 1) * 1.05] } },
  });

  const workers = () => {
    if (!data.time) return undefined;
    const chart = overTime([
      { field: 'calling', label: 'in calls', colour: 'calling', always: true },
      { field: 'paced', label: 'waiting for the pace', colour: 'paced' },
      { field: 'paused', label: 'pausing before a retry', colour: 'paused' },
    ]);
    chart.scales = { y: { range: [0, Math.max(1, data.workers) * 1.06] } };
    chart.marks = () => [{ y: data.workers }];
    return chart;
  };

  const latency = () => {
    const upTo = data.latency ? data.latency.up_to_ms : [];
    if (!upTo.length) return undefined;
    const place = ms => 10 * Math.log10(ms / upTo[0]) + 0.5;
    const at = i => upTo[0] * 10 ** ((i - 0.5) / 10);
    const between = i => (i === 0 ? 'to ' : milliseconds(at(i)) + ' to ') + milliseconds(upTo[i]);
    const x = upTo.map((_, i) => i);
    const around = Math.max(0, 12 - upTo.length) / 2;
    const range = [-0.6 - around, upTo.length - 0.4 + around];
    const ticks = [];
    const within = upTo.length > 25 ? [1] : upTo.length > 12 ? [1, 3] : [1, 2, 5];
    for (let d = Math.floor(Math.log10(at(range[0]))); d <= Math.ceil(Math.log10(at(range[1]))); d++) {
      within.forEach(n => ticks.push(n * 10 ** d));
    }
    const inside = ticks.map(place).filter(p => p >= range[0] && p <= range[1]);
    return {
      ...stacked(x, ['cached', 'embedded', 'failed'].map(field => (
        { label: field, colour: field, values: data.latency[field] })), bars()),
      x: { label: '', value: (u, v) => (v == null ? '' : between(v)) },
      head: 'Latency', name: between,
      scales: { x: { range } },
      axes: [axis({ splits: inside, values: () => inside.map(p => milliseconds(Number(at(p).toPrecision(3)))) }), counts()],
      right: 34,
      marks: () => Object.entries(data.latency.marks).map(([text, ms]) => ({ x: place(ms), text })),
    };
  };

  // Bars in the order of chunks; each bar stands for part.per_point chunks.
  const byChunk = (part, layers) => {
    const length = layers[0].values.length;
    if (!length) return undefined;
    const name = i => (part.per_point === 1 ? String(i) : i * part.per_point + ' to ' + ((i + 1) * part.per_point - 1));
    return {
      ...stacked(layers[0].values.map((_, i) => i), layers, bars()),
      x: { label: '', value: (u, v) => (v == null ? '' : 'chunk ' + name(v)) },
      head: 'Chunk', name,
      scales: { x: { range: [-0.6, length - 0.4] } },
      axes: [axis({
        incrs: [1, 2, 5, 10, 20, 50, 100, 200], values: (u, at) => at.map(v => compact.format(v * part.per_point)),
      }), counts()],
    };
  };
  const chunks = () => data.chunks && byChunk(data.chunks, ['cached', 'embedded', 'failed'].map(field => (
    { label: field, colour: field, values: data.chunks[field] })));
  const times = () => data.times && byChunk(data.times, [
    { label: 'time, ms', colour: 'cached', values: data.times.mean_ms, always: true }]);

  const drawMarks = marks => u => {
    const ratio = devicePixelRatio;
    const { ctx, bbox } = u;
    ctx.save();
    ctx.font = '600 ' + 12 * ratio + 'px system-ui, sans-serif';
    ctx.strokeStyle = ctx.fillStyle = colour('ink');
    ctx.lineWidth = ratio;
    ctx.setLineDash([4 * ratio, 3 * ratio]);
    marks(u).forEach((mark, i) => {
      ctx.beginPath();
      if (mark.y === undefined) {
        const x = u.valToPos(mark.x, 'x', true);
        ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height);
        ctx.textAlign = 'left';
        ctx.textBaseline = 'top';
        const at = [mark.text, x + 5 * ratio, bbox.top + (2 + 16 * i) * ratio];
        ctx.save();
        ctx.setLineDash([]);
        ctx.lineJoin = 'round';
        ctx.lineWidth = 4 * ratio;
        ctx.strokeStyle = colour('card');
        ctx.strokeText(...at);
        ctx.restore();
        ctx.fillText(...at);
      } else {
        const y = u.valToPos(mark.y, 'y', true);
        ctx.moveTo(bbox.left, y); ctx.lineTo(bbox.left + bbox.width, y);
      }
      ctx.stroke();
    });
    ctx.restore();
  };

  const asTable = chart => {
    const details = document.createElement('details');
    details.append(Object.assign(document.createElement('summary'), { textContent: 'The chart as a table' }));
    details.addEventListener('toggle', () => {
      if (details.querySelector('table')) return;
      const table = document.createElement('table');
      const row = (to, tag, cells) => {
        const tr = to.insertRow();
        cells.forEach((cell, i) => tr.append(Object.assign(document.createElement(i ? tag : 'th'),
          { textContent: cell, className: i ? 'number' : '' })));
      };
      row(table.createTHead(), 'th', [chart.head, ...chart.table.map(layer => layer.label)]);
      const body = table.createTBody();
      const rows = chart.head === 'Seconds' ? chart.columns[0].length - 1 : chart.columns[0].length;
      for (let i = 0; i < rows; i++) {
        row(body, 'td', [chart.name(chart.columns[0][i]), ...chart.table.map(layer => number(layer.values[i]))]);
      }
      const scroll = Object.assign(document.createElement('div'), { className: 'scroll' });
      scroll.append(table);
      details.append(scroll);
    });
    return details;
  };

  const drawn = [];
  const draw = (id, make) => {
    const place = document.getElementById(id);
    const chart = place && make();
    if (!place) return;
    if (!chart) {
      place.textContent = 'Nothing to show.';
      place.style.minHeight = '0';
      return;
    }
    const u = new uPlot({
      width: place.clientWidth, height: 220, padding: [10, chart.right || 8, 0, 0],
      scales: { x: { time: false }, y: { range: (self, low, high) => [0, (high || 1) * 1.05] }, ...nested(chart.scales) },
      axes: chart.axes, series: [chart.x, ...chart.series],
      cursor: { points: { show: false }, drag: { x: true, y: false }, ...chart.cursor },
      hooks: { draw: chart.marks ? [drawMarks(chart.marks)] : [] },
    }, chart.columns, place);
    const observer = new ResizeObserver(() => u.setSize({ width: place.clientWidth, height: 220 }));
    observer.observe(place);
    if (!place.parentNode.querySelector('details')) place.parentNode.append(asTable(chart));
    drawn.push({ u, observer });
  };
  const nested = (scales = {}) => (scales.x ? { ...scales, x: { time: false, ...scales.x } } : scales);

  const drawAll = () => {
    drawn.splice(0).forEach(({ u, observer }) => {
      observer.disconnect();
      u.destroy();
    });
    Object.entries({ texts, workers, latency, chunks, times }).forEach(([id, make]) => draw(id, make));
    document.documentElement.dataset.charts = drawn.length;
  };
  drawAll();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
})();
