// How numbers, times and charts look. Charts are drawn by uPlot, in the colours of the style sheet.
'use strict';

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const number = (n) => (Number.isFinite(n) ? n.toLocaleString('en', { maximumFractionDigits: n < 100 ? 1 : 0 }) : '–');
const plain = (n) => n.toLocaleString('en', { maximumSignificantDigits: 6 });
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function duration(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const s = Math.round(seconds);
  if (s < 120) return `${s} s`;
  if (s < 7200) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor(s / 60) % 60).padStart(2, '0')} min`;
}

function bytes(n) {
  if (!Number.isFinite(n)) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; n >= 999.5 && unit < 4; ++unit) n /= 1000;
  return `${n.toLocaleString('en', { maximumSignificantDigits: 3 })} ${units[unit]}`;
}

// In the zone of the reader, the day only when it is not today.
function when(text) {
  if (!text) return '–';
  const time = new Date(text);
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
  if (new Date().toDateString() === time.toDateString()) return time.toLocaleTimeString('en-GB', clock);
  return time.toLocaleString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

// What ticks that far apart are called, and what is said once a year or day.
const DAY = '\n{D} {MMM}';
const TIMES = [[31536000, '{YYYY}', null, null, null, null, null, null, 1], [2419200, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1], [60, '{HH}:{mm}', `${DAY} {YYYY}`, null, DAY, null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1]];

function axes(format) {
  const stroke = style('--soft');
  const grid = { stroke: style('--line'), width: 1 };
  const font = `11px ${style('--sans') || 'sans-serif'}`;
  return [{ stroke, grid: { show: false }, ticks: grid, font, space: 90, size: 40, values: TIMES }, { stroke, grid, ticks: { show: false }, font, size: 52, gap: 8, values: format }];
}

// What the pointer is over, in a box beside it: `lines(i)` names the time and the values of point i.
function tooltip(lines) {
  let box = null;
  return {
    hooks: {
      init: (u) => {
        box = element('div', { class: 'tip', hidden: true });
        u.over.append(box);
        u.over.addEventListener('mouseleave', () => { box.hidden = true; });
      },
      setCursor: (u) => {
        const i = u.cursor.idx;
        const told = i === null || i === undefined ? null : lines(i);
        box.hidden = !told;
        if (!told) return;
        const [title, ...rows] = told;
        box.replaceChildren(element('b', {}, title), ...rows.map(([css, name, value]) => element('span', {}, element('i', { class: css }), name, element('em', {}, value))));
        const left = u.cursor.left > u.over.clientWidth / 2;
        box.style.left = left ? 'auto' : `${u.cursor.left + 14}px`;
        box.style.right = left ? `${u.over.clientWidth - u.cursor.left + 14}px` : 'auto';
      },
    },
  };
}

// A dotted line where the forecast begins, at x.
const originLine = (x) => ({
  hooks: {
    draw: (u) => {
      const at = Math.round(u.valToPos(x, 'x', true)) + 0.5;
      u.ctx.save();
      u.ctx.strokeStyle = style('--soft');
      u.ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
      u.ctx.beginPath();
      u.ctx.moveTo(at, u.bbox.top);
      u.ctx.lineTo(at, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
      u.ctx.restore();
    },
  },
});

// Circles around unusual values, each [x, y].
const anomalyMarks = (marks) => ({
  hooks: {
    draw: (u) => {
      u.ctx.save();
      u.ctx.strokeStyle = style('--warm');
      u.ctx.lineWidth = 2 * devicePixelRatio;
      for (const [x, y] of marks) {
        u.ctx.beginPath();
        u.ctx.arc(u.valToPos(x, 'x', true), Math.min(u.bbox.top + u.bbox.height, Math.max(u.bbox.top, u.valToPos(y, 'y', true))), 5 * devicePixelRatio, 0, 2 * Math.PI);
        u.ctx.stroke();
      }
      u.ctx.restore();
    },
  },
});

const CURSOR = { drag: { x: false, y: false }, y: false, points: { size: 7, width: 2 } };

// `make` returns options and data, in the colours of the moment; it is asked again when they change.
const charts = new Map();  // element -> uPlot
function draw(holder, make) {
  charts.get(holder)?.destroy();
  const [options, data] = make();
  const width = Math.max(holder.clientWidth, 200);
  const chart = new uPlot({ width, height: 220, padding: [10, 24, 0, 0], legend: { show: false }, cursor: CURSOR, ...options }, data, holder);
  chart.make = make;
  charts.set(holder, chart);
}
function redraw() {
  for (const [holder, chart] of [...charts]) if (holder.isConnected) draw(holder, chart.make);
}
new ResizeObserver(() => {
  for (const [holder, chart] of charts) {
    if (!holder.isConnected) { chart.destroy(); charts.delete(holder); continue; }
    if (holder.clientWidth > 0 && Math.abs(chart.width - holder.clientWidth) > 1) chart.setSize({ width: holder.clientWidth, height: chart.height });
  }
}).observe(document.body);
